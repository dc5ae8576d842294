import { describe, expect, test } from '@jest/globals';
import { runtimeOf, splitProject, splitText } from './split-project.ts';

const files = { 'Api/Api.csproj': '', 'Api.sln': '', 'Api/Program.cs': '' };

const dockerfile = `FROM mcr.microsoft.com/dotnet/sdk:8.0-alpine
WORKDIR /src
COPY . .
RUN --mount=type=secret,id=NUGET_TOKEN,env=NUGET_TOKEN,required=true dotnet restore
RUN dotnet publish Api -c Release -o /app --no-restore
WORKDIR /app
EXPOSE 8080
ENTRYPOINT ["dotnet", "Api.dll"]
`;

test('what was published goes onto the runtime of the same version', () => {
  const text = splitText(dockerfile, files);
  expect(text).toContain('RUN --mount=type=cache,target=/root/.nuget/packages dotnet publish Api -c Release');
  expect(runtimeOf(text)).toBe(`FROM mcr.microsoft.com/dotnet/aspnet:8.0-alpine
USER 1654:1654
WORKDIR /src
WORKDIR /app
EXPOSE 8080
COPY --from=build --chown=1654:1654 /app /app
ENTRYPOINT ["dotnet", "Api.dll"]
`);
});

describe('is refused, with the precondition that does not hold', () => {
  test.each([
    ['base-image', dockerfile.replace(':8.0-alpine', ':latest')],
    ['base-image', dockerfile.replace(':8.0-alpine', ':8.0.404')],
    ['artifact', dockerfile.replace('-o /app', '')],
    ['artifact', dockerfile.replace('["dotnet", "Api.dll"]', '["dotnet", "run"]')],
    ['workdir', dockerfile.replace('WORKDIR /app\n', '').replace('Api.dll', '/app/Api.dll')],
    ['system-step', dockerfile.replace('EXPOSE', 'RUN apk add icu-libs\nEXPOSE')],
    ['healthcheck', dockerfile.replace('EXPOSE', 'HEALTHCHECK CMD curl localhost\nEXPOSE')],
  ])('%s', (refused, text) => {
    expect(splitProject(text, files)).toMatchObject({ refused });
  });
});
