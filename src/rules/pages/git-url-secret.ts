/** The page of the rule `git-url-secret`: `safebuild explain git-url-secret`. */
export const gitUrlSecretPage = `# git-url-secret

A command fetches from an address with a credential in it, and the tool remembers the address.

Before:

    RUN git clone https://x:$TOKEN@git.example.com/acme/tools.git

After:

    RUN --mount=type=secret,id=TOKEN,env=TOKEN,required=true \\
        git clone https://x:$TOKEN@git.example.com/acme/tools.git \\
        && git -C tools remote set-url origin https://git.example.com/acme/tools.git

git clone writes the address into .git/config of the clone, and npm, yarn and poetry write it into package.json, the lock
file or pyproject.toml. Addresses that only one command uses and nothing remembers (curl, pip install --index-url) are no
finding: there a secret mount is enough.

A step that removes the clone, its .git folder or its remote itself is none either. It asks (exit code 4) when later steps
fetch from the remote again, for clones with submodules, mirrors and other options, for git remote add, editable installs
of pip, and installs of npm from such an address.
In a stage that is no part of the image it is a warning.
`;
