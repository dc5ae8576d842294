/** The page of the rule `tool-login`: `safebuild explain tool-login`. */
export const toolLoginPage = `# tool-login

A tool is told a credential and writes it into a file of its own: git config, pip config, poetry config, bundle config,
composer config, cargo login, hf login, aws configure, docker login, gcloud auth, chpasswd …

Before:

    RUN git config --global url."https://x:$TOKEN@github.com/".insteadOf "https://github.com/"
    RUN go mod download

After:

    RUN --mount=type=secret,id=TOKEN,env=TOKEN,required=true \\
        git config --global url."https://x:$TOKEN@github.com/".insteadOf "https://github.com/" && go mod download \\
        && git config --global --remove-section url."https://x:$TOKEN@github.com/"

The file stays in the layer of the RUN that logs in; a later logout only hides it. The credential has to be there only while
a step runs that needs it. So pip, poetry, bundler, cargo and others get it as the variable that they read, in each RUN that
uses them, and git and composer take it back at the end of the step. Where a later RUN logs out again, with only RUNs between
(docker login … docker logout, gcloud auth … gcloud auth revoke), they become one RUN.

It asks (exit code 4) for logins without such a way (docker login, gcloud, passwords of users: the message says what to do),
when no step is seen that uses the login, when a step is too tangled to be changed safely, and for aws, hf and wandb until
you say in safebuild.yaml that only the build needs the secret (secrets: NAME: { needed: build }).
In a stage that is no part of the image it is a warning.
`;
