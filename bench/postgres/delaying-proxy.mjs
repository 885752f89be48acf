/** A proxy between two sockets that holds every piece for some milliseconds, each way, in order. */
import { chmodSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';

const [from, to, milliseconds] = process.argv.slice(2);
const server = createServer((client) => {
  const real = createConnection(to);
  for (const [one, other] of [
    [client, real],
    [real, client],
  ]) {
    one.on('data', (piece) => setTimeout(() => other.write(piece), Number(milliseconds)));
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
  }
});
server.listen(from, () => {
  chmodSync(from, 0o777);
  console.log('listening');
});
