/** Mails of customers as their programs write them, and what one of the staff is shown of each. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOB, DOMAIN, NIC } from './config.ts';
import { Desk } from './desk.ts';
import { htmlOf } from './rich-mail.ts';

export const FOLDER = join(import.meta.dirname, '..', '..', 'fixtures', 'html-notifications');
export const CLIENTS = readdirSync(FOLDER).flatMap((file) =>
  file.endsWith('.eml') ? [file.slice(0, -'.eml'.length)] : [],
);

export function shownOf(client: string) {
  return shownTo(readFileSync(join(FOLDER, `${client}.eml`)));
}

export async function shownTo(octets: Buffer) {
  const desk = new Desk();
  const environment = { SENDER: NIC, RECIPIENT: `new@${DOMAIN}`, CLIENT_ADDRESS: '203.0.113.1' };
  await desk.deliver({ octets, environment, verb: 'any' });
  const letter = desk.lastTo(BOB);
  return { ...letter, html: await htmlOf(letter.content) };
}
