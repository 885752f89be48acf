/** Who is told of every change, and how. */
import * as v from 'valibot';
import { isEventPattern, SCOPES } from '../../ticket/event-type.ts';
import { PAGE_SCOPES } from '../page-scopes.ts';
import { A_NETWORK, AN_EVENT_TYPE, areDistinct, isNetwork, limit, SECRET, Text } from './values.ts';

function scopes<const T extends string>(known: readonly T[], what: string) {
  const one = v.picklist(known, known.join(' or '));
  return v.optional(v.pipe(v.array(one, 'a list of scopes'), v.description(what)), []);
}

export function subscribersSchema() {
  const subscriber = {
    name: v.pipe(
      v.string(),
      v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'small letters, digits and dashes'),
      v.description('Names the subscriber; how far it is is kept under this name.'),
    ),
    types: v.optional(
      v.pipe(
        v.array(
          v.pipe(v.string(), v.check(isEventPattern, AN_EVENT_TYPE)),
          'a list of event types',
        ),
        v.description('Events that it gets, such as ticket.created or ticket.*; all if empty.'),
      ),
      [],
    ),
    scope: scopes(SCOPES, 'What is private and yet told to it: internal notes, held mail.'),
    seconds: limit(30, [1, 600], 'Seconds that one event may take.'),
  };
  const one = v.variant('type', [
    v.strictObject({
      type: v.literal('exec'),
      ...subscriber,
      command: v.pipe(
        v.array(Text, 'a list of a path and its arguments'),
        v.minLength(1, 'a list of a path and its arguments'),
        v.description('Program that gets the event on stdin, and acknowledges it by exit 0.'),
      ),
    }),
    v.strictObject({
      type: v.literal('webhook'),
      ...subscriber,
      url: v.pipe(
        v.string(),
        v.regex(/^https?:\/\/[^\s@/]+(\/\S*)?$/, 'a URL such as https://crm.example/hook'),
        v.description('Where the event is sent by POST; a 2xx acknowledges it.'),
      ),
      secret: v.pipe(
        v.string(),
        v.regex(SECRET, 'whsec_ and at least 24 octets in base64'),
        v.description('Signs the event (Standard Webhooks): keep the config private.'),
      ),
      allow: v.optional(
        v.pipe(
          v.array(v.pipe(v.string(), v.check(isNetwork, A_NETWORK)), 'a list of networks'),
          v.description('Inner addresses and networks that the name in its URL may mean.'),
        ),
        [],
      ),
    }),
    v.strictObject({
      type: v.literal('maildir'),
      ...subscriber,
      path: v.pipe(Text, v.description('Maildir that gets the event as a mail.')),
    }),
    v.strictObject({
      type: v.literal('pages'),
      name: subscriber.name,
      path: v.pipe(Text, v.description('Folder of the pages.')),
      scope: scopes(PAGE_SCOPES, 'What they show besides figures.'),
    }),
  ]);
  return v.pipe(
    v.array(one, 'a list of subscribers'),
    v.check(
      (subscribers) => areDistinct(subscribers.map(({ name }) => name)),
      'subscribers with names that all differ',
    ),
    v.description('Who is told of every change, in order and at least once.'),
  );
}
