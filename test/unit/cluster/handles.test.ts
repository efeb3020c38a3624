import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kafkaTransport } from '../../../src/cluster/transport.js';
import { serve } from '../../support/serve.js';
import { failureOf, wireOver } from './support.js';

test('nothing is left behind that would keep the process from ending', async (t) => {
  const count = () =>
    process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'Timeout').length;
  const silentServer = await serve(t, (socket) => void socket.resume());
  const before = count();
  const transport = kafkaTransport({ clientId: 'test', security: {} });
  const wire = wireOver(transport, [`127.0.0.1:${silentServer.port}`], { timeoutMs: 60_000 });
  const asking = failureOf(wire.nodes());
  while (count() === before) await new Promise((resolve) => setImmediate(resolve));
  wire.close();
  await asking;
  // The server's end of the connection goes a moment later.
  for (let i = 0; count() > before && i < 1000; i++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(count(), before);
});
