/**
 * The rows of `robots` in the config. Loaded by whoever deals with robots, and by no other mail.
 */
import * as v from 'valibot';
import { AN_ADDRESS_PATTERN, isAddressPattern } from '../../addresses/address-pattern.ts';
import { type CheckedRows, checkRows } from './rows.ts';
import { limit, Text } from './values.ts';

export const ROBOT_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const USER_NAME = /^[a-z_][a-z0-9_-]{0,31}$/;

/** Who may start a robot: each also lets those in who are proven better. */
export const STARTERS = ['staff', 'authenticated', 'thread', 'anybody'] as const;
/** What a robot may have done: orders by their names, and whom it may write to. */
export const ROBOT_MAY = [
  'reply',
  'reply-unproven',
  'note',
  'status',
  'assign',
  'create',
  'command',
  'mail',
  'blank',
] as const;

export const RowName = v.pipe(v.string(), v.regex(ROBOT_NAME, 'small letters, digits and dashes'));
export const HoledAddress = v.pipe(
  v.string(AN_ADDRESS_PATTERN),
  v.check(isAddressPattern, AN_ADDRESS_PATTERN),
);

const Robot = v.strictObject({
  name: v.pipe(RowName, v.description('Names the robot, in the alias and here.')),
  command: v.optional(
    v.pipe(
      v.array(Text, 'a list of a path and its arguments'),
      v.minLength(1, 'a list of a path and its arguments'),
      v.description('The program; without it robots/NAME beside this file.'),
    ),
  ),
  address: v.optional(
    v.pipe(
      HoledAddress,
      v.description('An address that leads to it, before the @, with named holes.'),
    ),
  ),
  user: v.optional(
    v.pipe(
      v.string(),
      v.regex(USER_NAME, 'the name of a user such as mailrobot-robot'),
      v.description('Whom it runs as; owner is the owner of the store, who can read its keys.'),
    ),
    'mailrobot-robot',
  ),
  from: v.optional(
    v.pipe(
      v.picklist(STARTERS, 'staff, authenticated, thread or anybody'),
      v.description('Whose mail starts it; the mail of others is held.'),
    ),
    'staff',
  ),
  proof: v.optional(
    v.pipe(
      v.literal('pgp', 'pgp'),
      v.description(
        'What proves its author besides: a PGP signature by a key of robots/NAME.keys.',
      ),
    ),
  ),
  confirm: v.optional(
    v.pipe(
      v.boolean('true or false'),
      v.description('What it would do is told to the sender, and done if they confirm it.'),
    ),
    false,
  ),
  input: v.optional(
    v.pipe(
      v.picklist(['json', 'mail'], 'json or mail'),
      v.description('What it gets on stdin: a JSON document, or the raw mail.'),
    ),
    'json',
  ),
  when: v.optional(
    v.pipe(
      v.picklist(['queued', 'now'], 'queued or now'),
      v.description('When it is run: after its mail was taken, or before that is said to the MTA.'),
    ),
    'queued',
  ),
  seconds: limit(60, [1, 3600], 'Seconds that one mail may take.'),
  concurrency: limit(1, [1, 32], 'So many mails at once, one of each sender or ticket.'),
  may: v.optional(
    v.pipe(
      v.array(
        v.picklist(
          ROBOT_MAY,
          'reply, reply-unproven, note, status, assign, create, command, mail or blank',
        ),
        'a list of orders',
      ),
      v.description('What it may order. reply-unproven: also to whom nothing proves.'),
    ),
    ['reply', 'note'],
  ),
});

export const Robots = v.pipe(
  v.array(Robot, 'a list of robots'),
  v.description('Programs that deal with mail; see docs/robots.md.'),
);

export type RobotRow = Readonly<v.InferOutput<typeof Robot>>;

export type CheckedRobots = CheckedRows<RobotRow>;

/** Each row by itself: a wrong one is in the way of no other. */
export function checkRobots(value: unknown): CheckedRobots {
  if (value === undefined) return { rows: [], problems: [] };
  if (!Array.isArray(value)) {
    return { rows: [], problems: [{ key: 'robots', problem: 'must be a list of robots' }] };
  }
  return checkRows(value, Robot, 'robots');
}
