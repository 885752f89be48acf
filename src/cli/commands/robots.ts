/** Robots: programs that deal with mail. */
import { command, group } from './declare.ts';
import { JSON_ROWS } from './shared.ts';

export const robotCommands = [
  group({
    words: 'robot',
    summary: 'show the robots, and help those that fail',
    description: 'Programs that deal with the mail of an alias.',
    examples: ['mailrobot robot list', 'mailrobot robot retry deploy'],
  }),
  command({
    words: 'robot list',
    options: JSON_ROWS,
    summary: 'list the robots and how much mail waits for each',
    examples: ['mailrobot robot list'],
    load: async () => (await import('../robot.ts')).listRobots,
  }),
  command({
    words: 'robot log',
    arguments: [['<name>', 'a robot']],
    options: JSON_ROWS,
    summary: 'show what has come of the mails of a robot',
    examples: ['mailrobot robot log deploy'],
    about: 'Reads the whole journal.',
    load: async () => (await import('../robot.ts')).logRobot,
  }),
  command({
    words: 'robot retry',
    arguments: [['<mail>', 'the number of a mail, or a robot for all of its mails']],
    summary: 'give a mail to its robot once more now, also one that the robot has failed on',
    examples: ['mailrobot robot retry 1204', 'mailrobot robot retry deploy'],
    load: async () => (await import('../robot.ts')).retryRobot,
  }),
  command({
    words: 'robot skip',
    arguments: [['<mail>', 'the number of a mail that waits']],
    summary: 'leave a mail out that waits for a robot',
    examples: ['mailrobot robot skip 1204'],
    load: async () => (await import('../robot.ts')).skipRobot,
  }),
  command({
    words: 'robot run',
    options: { '--once': 'until no mail is left that can be run now' },
    summary: 'give the mails that wait to their robots',
    examples: ['mailrobot robot run', 'mailrobot robot run --once'],
    about: `Robots run as a user of their own, so this needs the right to start them: run it as
      root, or by \`mailrobot-robots.service\`. Without it only robots with \`"user": "owner"\` are
      run. SIGTERM ends it when the robots that are under way have ended.`,
    load: async () => (await import('../robot-run.ts')).runWaiting,
  }),
];
