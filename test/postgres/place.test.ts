/** Where a database is, as the config says it, and the passwords of a passfile. */
import { expect, test } from 'vitest';
import { passwordOf } from '../../src/postgres/passfile.ts';
import { databasePlace } from '../../src/postgres/place.ts';

function hostsOf(text: string) {
  const place = databasePlace(text);
  return 'refused' in place
    ? place.refused
    : place.hosts.map(({ host, port, isTls }) => `${host} ${port}${isTls ? ' tls' : ''}`);
}

test('several hosts, in their order, each with its port', () => {
  expect(hostsOf('postgresql://desk@db1.example,db2.example:5433/mail')).toEqual([
    'db1.example 5432 tls',
    'db2.example 5433 tls',
  ]);
  expect(hostsOf('postgres://db1.example:1,[2001:db8::2]:2/mail?sslmode=disable')).toEqual([
    'db1.example 1',
    '2001:db8::2 2',
  ]);
  expect(hostsOf('postgresql:///mail?host=db1.example,db2.example&port=5433')).toEqual([
    'db1.example 5433 tls',
    'db2.example 5433 tls',
  ]);
});

test('a socket, and this machine, need no TLS; another one always does, or a word against it', () => {
  expect(hostsOf('postgresql:///mail?host=/run/postgresql')).toEqual(['/run/postgresql 5432']);
  expect(hostsOf('postgresql:///mail')).toEqual(['/run/postgresql 5432']);
  expect(hostsOf('postgresql://localhost/mail')).toEqual(['localhost 5432']);
  expect(hostsOf('postgresql://localhost/mail?sslmode=verify-full')).toEqual([
    'localhost 5432 tls',
  ]);
  expect(hostsOf('postgresql://192.0.2.7/mail')).toEqual(['192.0.2.7 5432 tls']);
});

test('user, password and database, with what must be written by %', () => {
  expect(databasePlace('postgresql://desk:p%40ss%2F@db.example/mail%20box')).toMatchObject({
    ...{ user: 'desk', password: 'p@ss/', database: 'mail box' },
  });
  expect(databasePlace('postgresql://db.example')).toMatchObject({ user: null, database: null });
});

test('half a security, an unknown word and a slip of the pen are refused', () => {
  expect(hostsOf('mysql://db.example/mail')).toBe('a database is named by postgresql://…');
  expect(hostsOf('postgresql://db.example/mail?sslmode=require')).toContain('checks nobody');
  expect(hostsOf('postgresql://db.example/mail?sslmod=disable')).toContain('"sslmod" is none of');
  expect(hostsOf('postgresql://db.example:54321x/mail')).toContain('is no port');
  expect(hostsOf('postgresql://db.example:0/mail')).toContain('is no port');
  expect(hostsOf('postgresql://db.example/mail?connect_timeout=0')).toContain('1 to 60');
  expect(hostsOf('postgresql://db.example/ma%il')).toContain('%');
  expect(hostsOf('postgresql://db.example/mail?target_session_attrs=read-only')).toContain(
    'always read-write',
  );
});

test('the first line of a passfile that fits counts, as libpq reads it', () => {
  const file = [
    '# of the desk',
    String.raw`db1.example:5432:mail:desk:a\:b\\c`,
    '*:5433:*:desk:second',
    'localhost:5432:mail:desk:by socket',
    'torn:line',
  ].join('\n');
  const login = { host: 'db1.example', port: 5432, database: 'mail', user: 'desk' };
  expect(passwordOf(file, login)).toBe(String.raw`a:b\c`);
  expect(passwordOf(file, { ...login, port: 5433 })).toBe('second');
  expect(passwordOf(file, { ...login, host: '/run/postgresql' })).toBe('by socket');
  expect(passwordOf(file, { ...login, user: 'other' })).toBeNull();
});
