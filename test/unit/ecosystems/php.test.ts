import { describe, expect, test } from '@jest/globals';
import { runtimeOf, splitProject, splitText } from './split-project.ts';

const files = {
  'composer.json': '{"require-dev": {"phpunit/phpunit": "*"}}',
  'composer.lock': '',
  'package.json': '{}',
};

const dockerfile = `FROM php:8.3-apache
RUN docker-php-ext-install pdo_mysql && a2enmod rewrite
COPY --from=composer:2 /usr/bin/composer /usr/bin/composer
COPY composer.* ./
RUN --mount=type=secret,id=COMPOSER_AUTH,env=COMPOSER_AUTH,required=true composer install
COPY . .
RUN php artisan config:cache && chown -R www-data storage
`;

test('the project goes onto the same base with its extensions, without Composer and development packages', () => {
  const text = splitText(dockerfile, files);
  expect(text).toContain('RUN --mount=type=cache,target=/root/.composer/cache --mount=type=secret');
  expect(text).toContain(
    '\nRUN --mount=type=secret,id=COMPOSER_AUTH,env=COMPOSER_AUTH,required=true composer install --no-dev --no-interaction --no-progress\n',
  );
  expect(runtimeOf(text)).toBe(`FROM php:8.3-apache
RUN docker-php-ext-install pdo_mysql && a2enmod rewrite
COPY --from=build --chown=www-data /var/www/html /var/www/html
USER www-data
`);
});

test('nothing is taken out where development packages were left out', () => {
  expect(
    splitText(dockerfile.replace('composer install', 'composer install --no-dev'), files).match(/composer install/g),
  ).toHaveLength(1);
});

describe('is refused, with the precondition that does not hold', () => {
  test.each([
    ['base-image', dockerfile.replace('php:', 'example.com/php:')],
    ['workdir', dockerfile.replace('-apache', '-cli')],
    ['start-command', `${dockerfile.replace('-apache\n', '-cli\nWORKDIR /app\n')}`],
    ['start-command', `${dockerfile}CMD composer serve\n`],
    ['install-command', dockerfile.replace('composer install', 'composer --version')],
    ['install-folder', dockerfile.replace('composer install', 'composer install -d /lib')],
    ['system-step', dockerfile.replace('php artisan config:cache', 'php artisan migrate')],
    ['system-step', dockerfile.replace('RUN docker', 'RUN curl https://example.com/x > /usr/bin/x && docker')],
    ['copy-elsewhere', dockerfile.replace('COPY . .', 'COPY . .\nCOPY site.conf /etc/apache2/sites-enabled/')],
  ])('%s', (refused, text) => {
    expect(splitProject(text, files)).toMatchObject({ refused });
  });

  test('lockfile', () => {
    expect(splitProject(dockerfile, { 'composer.json': '{}' })).toMatchObject({ refused: 'lockfile' });
  });
});
