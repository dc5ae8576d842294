/** The page of the rule `persisted-secret`: `safebuild explain persisted-secret`. */
export const persistedSecretPage = `# persisted-secret

A RUN writes a secret into a file that is still there when the RUN ends.

Before:

    RUN echo "machine git.example.com login ci password $TOKEN" > ~/.netrc
    RUN go mod download

After:

    RUN --mount=type=secret,id=TOKEN,env=TOKEN,required=true \\
        echo "machine git.example.com login ci password $TOKEN" > ~/.netrc && go mod download && rm -f ~/.netrc

A secret mount keeps the value out of the Dockerfile, not out of the files that a step writes. A file that is gone when its
RUN ends is in no layer; one that a later RUN removes is.

It is mended for files that only tools of a build read (.netrc, .git-credentials, ssh keys, pip.conf, auth.json …), and for
files that the Dockerfile itself removes later: the writing moves into each RUN that reads the file. Where that cannot be
told, the RUN that writes it, the one that removes it and those between become one RUN. If something else stands between them,
the writing gets a stage of its own on the same base, and later RUNs a mount of the file (not with multi-stage: never).
A configuration of a build tool that sed -i puts a secret into, for use in the same RUN, is put back as it was.
It asks (exit code 4) for any other file, since the running program may need it, and where the steps are too tangled to be
moved: write, use and remove the file in one RUN, or hand it over when the container starts.
In a stage that is no part of the image it is a warning.

It follows redirects (also those of exec and of other descriptors), pipes, sed, awk, jq, perl and their like, commands that
write all variables (env > f, in a step that gets a secret), and the files of secret mounts that are your own
(cp /run/secrets/x f). What no rule can read is told as a warning: code of python -c, node -e and others that may write the
value into a file. A step for PowerShell or cmd that writes something or logs a tool in asks; any other one that uses a secret
is a warning. The proof searches the image in every case.
`;
