import { describe, expect, test } from '@jest/globals';
import { runtimeOf, splitProject, splitText } from './split-project.ts';

const files = {
  Gemfile: 'gem "rails"\ngroup :development, :test do\n  gem "debug"\nend\n',
  'Gemfile.lock': '',
  'package.json': '{}',
};

const dockerfile = `FROM ruby:3.3-slim
RUN apt-get update && apt-get install -y build-essential libpq-dev
WORKDIR /rails
ENV RAILS_ENV=production
COPY Gemfile Gemfile.lock ./
RUN --mount=type=secret,id=BUNDLE_GEMS__EXAMPLE__COM,env=BUNDLE_GEMS__EXAMPLE__COM,required=true bundle install
COPY . .
RUN SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile
EXPOSE 3000
CMD ["bundle", "exec", "puma"]
`;

test('gems and the project are copied onto the same base, without the groups for development', () => {
  const text = splitText(dockerfile, files);
  expect(text).toContain('\n\nRUN bundle config set without development:test && bundle clean --force\n\nFROM');
  expect(runtimeOf(text)).toBe(`FROM ruby:3.3-slim
RUN apt-get update && apt-get install -y build-essential libpq-dev
WORKDIR /rails
ENV RAILS_ENV=production
EXPOSE 3000
COPY --from=build /usr/local/bundle /usr/local/bundle
COPY --from=build --chown=65534:65534 /rails /rails
ENV HOME=/rails
USER 65534:65534
CMD ["bundle", "exec", "puma"]
`);
});

test('groups that are left out already are not taken out again; a path of Bundler’s own comes along', () => {
  const without = dockerfile.replace(
    'RAILS_ENV=production',
    'RAILS_ENV=production BUNDLE_WITHOUT=development BUNDLE_PATH=/gems',
  );
  const text = splitText(without, files);
  expect(text).not.toContain('bundle clean');
  expect(text).toContain('COPY --from=build /gems /gems\nCOPY --from=build /usr/local/bundle /usr/local/bundle\n');
  const inside = dockerfile.replace(
    'bundle install',
    'bundle config set --local path vendor/bundle && bundle config without test && bundle install',
  );
  expect(splitText(inside, files)).not.toContain('COPY --from=build /rails/vendor');
});

describe('is refused, with the precondition that does not hold', () => {
  test.each([
    ['base-image', dockerfile.replace('ruby:', 'debian:')],
    ['install-command', dockerfile.replace('bundle install', 'bundle check')],
    ['environment', dockerfile.replace('RAILS_ENV=production', 'PORT=3000')],
    ['environment', dockerfile.replace('COPY Gemfile', 'RUN gem install foreman\nCOPY Gemfile')],
    ['install-folder', dockerfile.replace('RAILS_ENV=production', 'RAILS_ENV=production GEM_HOME=/gems')],
    ['system-step', dockerfile.replace('rails assets:precompile', 'rails db:migrate')],
    ['start-command', dockerfile.replace(/CMD.*/, '')],
  ])('%s', (refused, text) => {
    expect(splitProject(text, files)).toMatchObject({ refused });
  });

  test('lockfile', () => {
    expect(splitProject(dockerfile, { Gemfile: '' })).toMatchObject({ refused: 'lockfile' });
  });
});
