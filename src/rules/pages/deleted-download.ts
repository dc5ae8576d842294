/** The page of the rule `deleted-download`: `safebuild explain deleted-download`. */
export const deletedDownloadPage = `# deleted-download

A RUN fetches a file with a secret, and only a later RUN deletes the file.

Before:

    FROM debian:bookworm-slim AS app
    RUN --mount=type=secret,id=TOKEN,env=TOKEN curl -H "X-Key: $TOKEN" -o /tmp/sdk.tar https://files.example.com/sdk.tar
    COPY . .
    RUN tar xf /tmp/sdk.tar -C /opt
    RUN rm /tmp/sdk.tar

After:

    FROM debian:bookworm-slim AS app-base
    FROM app-base AS app-private
    RUN --mount=type=secret,id=TOKEN,env=TOKEN curl -H "X-Key: $TOKEN" -o /tmp/sdk.tar https://files.example.com/sdk.tar
    FROM app-base AS app
    COPY . .
    RUN --mount=type=bind,from=app-private,source=/tmp/sdk.tar,target=/tmp/sdk.tar tar xf /tmp/sdk.tar -C /opt

What is deleted in a later layer is still in the one below: everyone who can pull the image can take it out. The secret itself
is not in it, so the proof cannot know that the file was not meant for everybody.

Where nothing but RUNs stand between the download and its removal, they become one RUN. Otherwise the download gets a stage of
its own on the same base, and later RUNs that may look at the file get it as a read-only mount; the rest of the stage stays
what it was, with its files, environment, user and settings.

That is done where the text tells what is written and read. Where it does not (the RUN writes other files too, a later one
changes the file, a stage is named by its number), with multi-stage: never in safebuild.yaml, and with --cache-to mode=max,
where all stages leave the machine, it is a warning that says why and stops nothing.
`;
