/** The page of the rule `deleted-download`: `safebuild explain deleted-download`. */
export const deletedDownloadPage = `# deleted-download

A RUN fetches a file with a secret, and only a later RUN deletes the file.

Before:

    RUN --mount=type=secret,id=TOKEN,env=TOKEN curl -H "X-Key: $TOKEN" -o sdk.tar https://files.example.com/sdk.tar
    RUN tar xf sdk.tar
    RUN rm sdk.tar

After:

    RUN --mount=type=secret,id=TOKEN,env=TOKEN \\
        curl -H "X-Key: $TOKEN" -o sdk.tar https://files.example.com/sdk.tar && tar xf sdk.tar && rm sdk.tar

What is deleted in a later layer is still in the one below: everyone who can pull the image can take it out. The secret itself
is not in it, so the proof cannot know that the file was not meant for everybody.

This is advice of safebuild check: a warning that has no fix, never asks and never stops a build.
`;
