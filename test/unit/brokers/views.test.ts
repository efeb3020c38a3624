import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterDescription } from '../../../src/brokers/cluster.js';
import { viewCluster } from '../../../src/brokers/views.js';
import { renderText } from '../../../src/render/text.js';

const cluster: ClusterDescription = {
  kind: 'Cluster',
  version: 1,
  clusterId: 'abc',
  mode: 'kraft',
  controllerId: null,
  brokers: [
    { id: 1, host: '::1', port: 9092, rack: null, controller: false, kafkaRelease: null },
    { id: 10, host: 'b', port: 9093, rack: 'r1', controller: true, kafkaRelease: '4.3' },
  ],
  features: [{ name: 'metadata.version', finalizedLevel: 27, supportedLevels: [7, 27] }],
  settings: [{ name: 'client id', value: 'kctl', origin: 'default' }],
  warnings: [],
  errors: [],
};
const draw = (withSettings: boolean) =>
  renderText(viewCluster(cluster, withSettings), { colour: false, wide: false });

test('a cluster is drawn with what is not known as a dash', async () => {
  assert.equal(
    await draw(false),
    `cluster id:  abc
mode:        KRaft
controller:  none

BROKER  ADDRESS     RACK  RELEASE  CONTROLLER
     1  [::1]:9092  -     -        no
    10  b:9093      r1    4.3      yes

FEATURE           FINALIZED  SUPPORTED
metadata.version         27       7-27
`,
  );
});

test('settings are drawn on request', async () => {
  assert.match(await draw(true), /SETTING +VALUE +FROM\nclient id +kctl +default\n$/);
});
