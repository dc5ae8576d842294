/** The value that the small projects of the tests are about. */
export const token = 'not-a-secret-7f3a91c2d4e8';

/** A project that uses the token as it should: safebuild builds it clean. */
export const cleanProject = {
  Dockerfile:
    'FROM busybox:latest\nARG TOKEN\nRUN test -n "$TOKEN" && echo built > /app.txt\nCMD ["cat", "/app.txt"]\n',
  '.env': `TOKEN=${token}\n`,
};

/** A project whose own program writes the token into a layer: only the proof can know. */
export const leakyProject = {
  ...cleanProject,
  Dockerfile: 'FROM busybox:latest\nARG TOKEN\nCOPY bundle.sh .\nRUN sh bundle.sh\n',
  'bundle.sh': 'echo "$TOKEN" > /app.txt\n',
};
