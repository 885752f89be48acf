/** `mailrobot ticket close | reopen`: sets the status and says so. */
import type { Run } from '../run.ts';
import type { Status } from '../ticket/ticket.ts';
import { change, namedTicket, openDesk } from './open-desk.ts';

export async function changeStatus(
  name: string,
  status: Status,
  config: string,
  run: Run,
): Promise<void> {
  const desk = await openDesk(config, run);
  const { id } = namedTicket(name, desk);
  await change(id, { type: 'status', status }, desk, run);
  run.say(`${id} is ${status}.`);
}
