/** The page of the rule `literal-secret`: `safebuild explain literal-secret`. */
export const literalSecretPage = `# literal-secret

The value of a known secret stands in the Dockerfile: in a RUN, a LABEL, a heredoc, or a comment.

Before:

    RUN curl -H "Authorization: Bearer <the value>" https://api.example.com/data -o data.json

After:

    RUN --mount=type=secret,id=API_TOKEN,env=API_TOKEN,required=true \\
        curl -H "Authorization: Bearer $API_TOKEN" https://api.example.com/data -o data.json

Whoever can read the repository, a fork of it or the history of the image has the value. Taking it out does not take it back:
rotate it.

In a RUN the value becomes a variable, in the quotes that stand there; in a comment it becomes ***. It asks (exit code 4)
in every other instruction, in exec form, where a quoted heredoc keeps the shell from expanding anything, and where the step
would write the value into a file that stays. Values that are too short or too common to be told from other text are left
alone.

To accept it: say in safebuild.yaml that the name is no secret (secrets: NAME: { kind: setting }).
`;
