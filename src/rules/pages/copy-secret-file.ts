/** The page of the rule `copy-secret-file`: `safebuild explain copy-secret-file`. */
export const copySecretFilePage = `# copy-secret-file

COPY or ADD names a file that holds credentials: .npmrc, .env, id_rsa, auth.json, settings.xml, secrets.txt …

Before:

    COPY .npmrc /root/.npmrc
    RUN npm ci && rm /root/.npmrc

After:

    RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true npm ci

What COPY writes stays in its layer; a later rm only hides it. The mount shows the file at the same place to the steps
that read it, as root with mode 0400 (0444 where a step runs as another user, 0600 for ssh keys of root). known_hosts and what
else lies in the folder stay as they are. Where an ssh agent runs, RUN --mount=type=ssh and docker build --ssh default are
better still: the step then never sees the key. safebuild migrate offers that where an agent runs.

What a file holds decides, not its name: a .npmrc with nothing but NAME placeholders in it stays. It asks (exit code 4)
when the running program may need the file. Answer once, in safebuild.yaml:

    files:
      .env: { needed: runtime }   # or: build, never; image, if it is no secret

A step may copy the file on when the copy is removed later by a RUN, with only RUNs between: they become one RUN, and mv
becomes cp. It asks when such a copy stays, or when another stage takes the file by COPY --from.
`;
