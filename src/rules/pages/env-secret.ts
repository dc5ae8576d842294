/** The page of the rule `env-secret`: `safebuild explain env-secret`. */
export const envSecretPage = `# env-secret

ENV gives a secret to everything that runs in the image.

Before:

    ARG API_KEY
    ENV API_KEY=$API_KEY
    RUN ./fetch-models.sh

After, when only the build needs it:

    RUN --mount=type=secret,id=API_KEY,env=API_KEY,required=true ./fetch-models.sh

ENV is part of the image's configuration: docker inspect prints it, every process gets it, every image on top inherits it.

It asks (exit code 4) in a stage that is part of the image, when nothing tells whether the running program needs the value.
Answer once, in safebuild.yaml:

    secrets:
      API_KEY: { needed: runtime }   # or: build

Needed at run time, it still leaves the image; hand it over when the container starts: docker run --env-file .env, a compose
or swarm secret, or a Kubernetes Secret. Variables that only tools of a build read (NPM_TOKEN, PIP_INDEX_URL …) and
stages that are no part of the image are never asked about.
`;
