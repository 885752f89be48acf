/** The runner: what waits is run, each once, and one robot is in nobody's way. */
import { expect, test } from 'vitest';
import type { RobotConfig } from '../../src/config/robots.ts';
import { becameOf } from '../../src/robots/end.ts';
import { finish } from '../../src/robots/finish.ts';
import { type Running, runRobots } from '../../src/robots/runner.ts';
import { byRobot } from '../../src/robots/waiting-runs.ts';
import type { ConfinedEnd } from '../../src/runtime/confined.ts';
import type { RobotRun } from '../../src/ticket/robot-run.ts';
import { KIM } from '../kit/config.ts';
import { Desk } from '../kit/desk.ts';
import { provenFrom } from '../kit/mail.ts';

const ROBOT: RobotConfig = {
  ...{
    name: 'deploy',
    command: ['/robots/deploy'],
    user: 'mailrobot-robot',
    from: 'staff',
    confirm: false,
  },
  ...{ input: 'json', when: 'queued', seconds: 60, concurrency: 4, may: ['note'] },
};
const OTHER: RobotConfig = { ...ROBOT, name: 'other' };

async function queued(desk: Desk, count: number, robot = ROBOT): Promise<void> {
  const kims = { from: KIM, to: robot.name, results: provenFrom(KIM), verb: 'run' } as const;
  for (let n = 1; n <= count; n += 1)
    await desk.deliver({ ...kims, text: `${robot.name} ${n}` }, robot);
}

type Program = (run: RobotRun) => ConfinedEnd | Promise<ConfinedEnd>;
const exit = (code: number, output = ''): ConfinedEnd => ({
  ...{ type: 'exit', code, output: Buffer.from(output), said: '' },
});

/** Until nothing can be run; then what rests is due, and so on until nothing waits. */
function running(desk: Desk, program: Program, more: Partial<Running> = {}): Promise<void> {
  const names = { prefixes: ['SUPPORT'], sharing: [] } as const;
  return desk.during((context) =>
    runRobots({
      ...{ kind: 'others', robots: () => [ROBOT, OTHER], isForEver: false, isOver: () => false },
      waiting: { byRobot: async () => byRobot(await context.store.robotRuns()), forget: () => {} },
      log: {
        restingSince: async () => null,
        watch: () => ({ wait: () => new Promise(() => {}), close: () => {} }),
      },
      now: () => desk.now,
      explain: () => {},
      alone: async (work) => {
        await work(() => true);
        return true;
      },
      runOne: async (run, robot) => {
        const end = await program(run);
        const known = { source: 'mailrobot://here/00', names, by: 'robot' };
        const mail = { messageId: null, text: '', date: run.since };
        const became = becameOf(end, run, robot, desk.now);
        return (await finish(run, became, robot, mail, { ...context, desk: known })).end;
      },
      ...more,
    }),
  );
}

const waiting = (desk: Desk) => desk.during(({ store }) => store.robotRuns());
const notes = (desk: Desk) =>
  desk.ticket(7102).messages.filter(({ direction }) => direction === 'internal');

test('a hundred mails, of which every third run fails: each is carried out once', async () => {
  const desk = new Desk();
  await desk.deliver({});
  await queued(desk, 100);
  let runs = 0;
  const program: Program = ({ run }) => {
    runs += 1;
    if (runs % 3 === 0) return exit(75);
    return exit(0, JSON.stringify({ type: 'ticket.note', ticket: '7102', text: `run ${run}` }));
  };
  for (let round = 0; round < 200 && (await waiting(desk)).length > 0; round += 1) {
    await running(desk, program);
    desk.wait((13 * 60 * 60 * 1000) / 200);
  }
  const texts = notes(desk).map(({ text }) => text.trim());
  expect(texts).toHaveLength(100);
  expect(new Set(texts).size).toBe(100);
  // Of one sender: in their order, whatever failed.
  const numbers = texts.map((text) => Number(text.split(' ')[1]));
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
});

test('a robot that always dies delays no other', async () => {
  const desk = new Desk();
  await desk.deliver({});
  await queued(desk, 3);
  await queued(desk, 3, OTHER);
  await running(desk, ({ robot }) =>
    robot === 'deploy'
      ? { type: 'signal', signal: 'SIGSEGV', said: '' }
      : exit(0, JSON.stringify({ type: 'ticket.note', ticket: '7102', text: 'other' })),
  );
  expect(notes(desk)).toHaveLength(3);
  expect((await waiting(desk)).map(({ robot, tries }) => [robot, tries])).toEqual([
    ['deploy', 1],
    ['deploy', 0],
    ['deploy', 0],
  ]);
});

test('what the store cannot do is told, and left to another run', async () => {
  const desk = new Desk();
  await queued(desk, 1);
  const told: string[] = [];
  const failing = async () => {
    throw new Error('no room in the store');
  };
  await running(desk, () => exit(0), { runOne: failing, explain: (line) => told.push(line) });
  expect(told).toEqual(['mail 1: no room in the store']);
  expect(await waiting(desk)).toHaveLength(1);
});

test('once another host may be at it, too, nothing more is begun', async () => {
  const desk = new Desk();
  await queued(desk, 3);
  let runs = 0;
  let turns = 0;
  const program: Program = () => {
    runs += 1;
    return exit(0);
  };
  const alone: Running['alone'] = async (work) => {
    turns += 1;
    if (turns > 1) return false;
    await work(() => runs === 0);
    return true;
  };
  await running(desk, program, { alone });
  expect(runs).toBe(1);
  expect(await waiting(desk)).toHaveLength(2);
});

test('while another process does it, and while a store rests, nothing is run', async () => {
  const desk = new Desk();
  await queued(desk, 1);
  let runs = 0;
  const program: Program = () => {
    runs += 1;
    return exit(0);
  };
  await running(desk, program, { alone: async () => false });
  const watch = () => ({ wait: async () => 'time' as const, close: () => {} });
  await running(desk, program, { log: { restingSince: async () => '2026-11-20', watch } });
  expect(runs).toBe(0);
  expect(await waiting(desk)).toHaveLength(1);
});
