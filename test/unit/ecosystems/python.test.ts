import { describe, expect, test } from '@jest/globals';
import { runtimeOf, splitProject, splitText } from './split-project.ts';

const files = { 'requirements.txt': 'flask==3.0.0\n', 'app.py': '', 'package.json': '{}' };
const line = 'ENV PIP_USER=1 PYTHONUSERBASE=/opt/python PATH=/opt/python/bin:$PATH';

const dockerfile = `ARG PYTHON=3.12
FROM python:\${PYTHON}-slim
ENV PYTHONUNBUFFERED=1
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
COPY requirements.txt ./
RUN --mount=type=secret,id=PIP_INDEX_URL,env=PIP_INDEX_URL,required=true pip install -r requirements.txt
COPY . .
RUN python manage.py collectstatic --noinput
EXPOSE 8000
HEALTHCHECK CMD python health.py
CMD ["gunicorn", "app:app"]
`;

test('what pip installs is kept apart and copied; packages of the system are installed in both stages', () => {
  const text = splitText(dockerfile, files);
  expect(
    text.startsWith(`ARG PYTHON=3.12\nFROM python:\${PYTHON}-slim AS build\n${line}\nENV PYTHONUNBUFFERED=1\n`),
  ).toBe(true);
  expect(text).toContain('RUN --mount=type=cache,target=/root/.cache/pip --mount=type=secret,id=PIP_INDEX_URL');
  expect(runtimeOf(text.slice(text.indexOf('AS build')))).toBe(`FROM python:\${PYTHON}-slim
${line}
ENV PYTHONUNBUFFERED=1
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
EXPOSE 8000
HEALTHCHECK CMD python health.py
COPY --from=build /opt/python /opt/python
COPY --from=build --chown=65534:65534 /app /app
ENV HOME=/app
USER 65534:65534
CMD ["gunicorn", "app:app"]
`);
});

test('a virtual environment of the project’s own is copied as it is', () => {
  const own = dockerfile
    .replace('COPY requirements', 'RUN python -m venv /venv\nENV PATH="/venv/bin:$PATH"\nCOPY requirements')
    .replace(' && apt-get install', ' && apt-get install');
  const text = splitText(own, files);
  expect(text).not.toContain('PIP_USER');
  expect(text).toContain('COPY --from=build /venv /venv\n');
});

test('a user whom a step makes is made in the runtime stage too, and keeps the files', () => {
  const own = dockerfile.replace('EXPOSE', 'RUN useradd --create-home app && chown -R app /app\nUSER app\nEXPOSE');
  const runtime = runtimeOf(splitText(own, files).split('AS build')[1]!);
  expect(runtime).toContain('RUN useradd --create-home app && chown -R app /app\n');
  expect(runtime).toContain('COPY --from=build --chown=app /app /app\nUSER app\nEXPOSE');
});

test('options of pip that look like others', () => {
  const own = dockerfile
    .replace('install -r', 'install --root-user-action=ignore -r')
    .replace('EXPOSE', 'RUN useradd --user-group app\nUSER app\nEXPOSE');
  expect(splitText(own, files)).toContain('PYTHONUSERBASE');
});

test('pip of the environment, by its path or by the search path', () => {
  const made = dockerfile.replace('COPY req', 'RUN python -m venv /venv\nCOPY req');
  const byPath = made.replace('pip install', '/venv/bin/pip install');
  const byVariable = made.replace('RUN python', 'ENV VIRTUAL_ENV=/venv\nENV PATH="$VIRTUAL_ENV/bin:$PATH"\nRUN python');
  for (const text of [byPath, byVariable]) expect(splitText(text, files)).toContain('COPY --from=build /venv /venv\n');
});

test('no cache where pip is told to have none', () => {
  expect(splitText(dockerfile.replace('install -r', 'install --no-cache-dir -r'), files)).not.toContain('type=cache');
  expect(splitText(dockerfile.replace('PYTHONUNBUFFERED', 'PIP_NO_CACHE_DIR'), files)).not.toContain('type=cache');
});

describe('poetry', () => {
  const project = {
    'pyproject.toml': '[tool.poetry.group.dev.dependencies]\npytest = "*"\n',
    'poetry.lock': '',
    'app.py': '',
  };
  const poetry = `FROM python:3.12-slim
ENV POETRY_VIRTUALENVS_CREATE=false
WORKDIR /app
RUN pip install poetry==1.8.3
COPY . .
RUN --mount=type=secret,id=T,env=POETRY_HTTP_BASIC_CORP_PASSWORD,required=true poetry install --no-root
CMD ["python", "app.py"]
`;

  test('packages go into an environment without poetry, and those for development are taken out', () => {
    const text = splitText(poetry, project);
    expect(text).toContain(`COPY . .
RUN python -m venv /opt/venv
ENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH
RUN --mount=type=cache,target=/root/.cache/pypoetry --mount=type=secret`);
    expect(text).toContain(
      'RUN --mount=type=secret,id=T,env=POETRY_HTTP_BASIC_CORP_PASSWORD,required=true poetry install --only main --sync --no-root\n',
    );
    expect(runtimeOf(text)).toBe(`FROM python:3.12-slim
ENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH
ENV POETRY_VIRTUALENVS_CREATE=false
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=65534:65534 /app /app
ENV HOME=/app
USER 65534:65534
CMD ["python", "app.py"]
`);
  });

  test('an environment in the project folder comes along', () => {
    const inside = poetry.replace('CREATE=false', 'IN_PROJECT=1').replace('install --no', 'install --only main --no');
    const text = splitText(inside.replace('"python"', '".venv/bin/python"'), project);
    expect(text).not.toContain('/opt/venv');
    expect(text.match(/poetry install/g)).toHaveLength(1);
  });

  test('poetry may be told so in the same RUN', () => {
    const config = poetry
      .replace(/ENV .*\n/, '')
      .replace('poetry install', 'poetry config virtualenvs.create false && poetry install');
    expect(splitText(config, project)).toContain('COPY --from=build /opt/venv /opt/venv');
    const both = config.replace('poetry config', 'pip install poetry && poetry config');
    expect(splitProject(both, project)).toMatchObject({ refused: 'environment' });
  });

  test('is refused where the place of the packages is not told', () => {
    expect(splitProject(poetry.replace(/ENV .*\n/, ''), project)).toMatchObject({ refused: 'environment' });
    expect(splitProject(poetry.replace('["python"', '["poetry", "run", "python"'), project)).toMatchObject({
      refused: 'start-command',
    });
    expect(splitProject(poetry, { 'pyproject.toml': '' })).toMatchObject({ refused: 'lockfile' });
  });
});

test('uv: its environment comes along, uv itself does not', () => {
  const uv = `FROM python:3.12-slim
COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/uv
WORKDIR /app
COPY . .
RUN uv sync --frozen
CMD ["/app/.venv/bin/python", "app.py"]
`;
  const text = splitText(uv, { 'pyproject.toml': '[dependency-groups]\ndev = []\n', 'uv.lock': '', 'app.py': '' });
  expect(text).toContain('RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen\n');
  expect(text).toContain('\nRUN uv sync --no-dev --frozen\n');
  expect(runtimeOf(text)).toContain('FROM python:3.12-slim\nENV UV_PYTHON_DOWNLOADS=never\nWORKDIR /app\n');
  expect(runtimeOf(text)).not.toContain('/bin/uv');
});

describe('is refused, with the precondition that does not hold', () => {
  test.each([
    ['base-image', dockerfile.replace(/FROM .*/, 'FROM debian')],
    ['workdir', dockerfile.replace('WORKDIR /app\n', '')],
    ['volume', dockerfile.replace('EXPOSE', 'VOLUME /app/media\nEXPOSE')],
    ['volume', dockerfile.replace('EXPOSE', 'VOLUME /media\nEXPOSE')],
    ['system-step', dockerfile.replace('EXPOSE', 'RUN mkdir /media\nEXPOSE')],
    ['install-command', dockerfile.replace('pip install -r requirements.txt', 'pip --version')],
    ['install-command', dockerfile.replace('pip install -r requirements.txt', 'pip install poetry')],
    ['package-manager', dockerfile.replace('pip install -r requirements.txt', 'pipenv install --system')],
    ['package-manager', dockerfile.replace('pip install', 'uv pip install --system')],
    ['development-packages', dockerfile.replace('-r requirements.txt', '-r requirements-dev.txt')],
    ['install-folder', dockerfile.replace('install -r', 'install --target=/lib -r')],
    ['environment', dockerfile.replace('COPY req', 'RUN python -m venv /venv\nCOPY req')],
    ['environment', dockerfile.replace('COPY req', 'RUN python -m venv /venv\nENV PATH=$X/venv/bin:$PATH\nCOPY req')],
    ['system-step', dockerfile.replace('python manage.py collectstatic --noinput', 'echo "rm -r /usr" | sh')],
    ['install-user', dockerfile.replace('COPY req', 'USER app\nCOPY req')],
    ['system-step', dockerfile.replace('manage.py collectstatic', '-m nltk.downloader')],
    ['system-step', dockerfile.replace('rm -rf /var/lib/apt/lists/*', 'pip install -r requirements.txt')],
    ['system-step', dockerfile.replace('libpq5', './local.deb')],
    ['system-step', dockerfile.replace('libpq5', '$(cat packages)')],
    ['system-step', dockerfile.replace('RUN apt', 'RUN --mount=type=secret,id=A apt')],
    ['system-step', dockerfile.replace('python manage.py collectstatic --noinput', 'cd /etc && touch x')],
    ['copy-elsewhere', dockerfile.replace('WORKDIR /app\n', '').replace('RUN python', 'WORKDIR /app\nRUN python')],
    ['copy-elsewhere', dockerfile.replace('EXPOSE', 'COPY a.conf /etc/\nEXPOSE')],
    ['path', dockerfile.replace('PYTHONUNBUFFERED=1', 'PATH=/usr/bin')],
    ['start-command', dockerfile.replace(/CMD \[.*/, '')],
    ['start-command', dockerfile.replace(/CMD \[.*/, 'CMD uv run app.py')],
    ['start-command', dockerfile.replace(/CMD \[.*/, 'CMD ["./start.sh"]')],
  ])('%s', (refused, text) => {
    const text_ = refused === 'start-command' ? text.replace(/^HEALTHCHECK.*\n/m, '') : text;
    expect(
      splitProject(text_, { ...files, 'start.sh': '#!/bin/sh\nexec poetry run gunicorn app:app\n' }),
    ).toMatchObject({
      refused,
    });
  });
});
