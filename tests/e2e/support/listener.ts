import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface Listener {
  /** Where data that leaves the page could go; ends in '/'. */
  readonly url: string;
  /** The paths, without the leading '/', that were requested by HTTP or WebSocket. */
  readonly arrived: ReadonlySet<string>;
  /** UDP packets that arrived at the same port. */
  readonly packets: () => number;
  close(): void;
}

/** A server of another origin that accepts and records every request. */
export async function listen(): Promise<Listener> {
  const arrived = new Set<string>();
  let packets = 0;
  const write = (url: string | undefined): void => void arrived.add(decodeURIComponent((url ?? '/').slice(1)));
  const server = createServer((request, response) => {
    write(request.url);
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' });
    response.end();
  });
  server.on('upgrade', (request, socket) => {
    write(request.url);
    socket.destroy();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const socket = createSocket('udp4');
  socket.on('message', () => packets++);
  await new Promise<void>((listening) => socket.bind(port, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${port}/`,
    arrived,
    packets: () => packets,
    close: () => {
      server.close();
      server.closeAllConnections();
      socket.close();
    },
  };
}

/** Waits until the condition holds, for at most `milliseconds`. */
export async function waitFor(condition: () => boolean, milliseconds: number): Promise<void> {
  for (const end = performance.now() + milliseconds; !condition() && performance.now() < end;) await wait(50);
}
