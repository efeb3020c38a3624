import * as Args from '@oclif/core/args';
import { KctlCommand } from '../cli/command.js';
import { clusterFlags, confirmFlags, dryRunFlag } from '../cli/flags.js';
import { readBytes } from '../cli/input.js';
import { requestFlags } from '../requests/flags.js';
import {
  changesSomething,
  findApi,
  listApis,
  listFields,
  parseDestination,
  requestBody,
  sendRequest,
} from '../requests/send.js';
import { viewAnswer, viewApis, viewFields } from '../requests/views.js';

export default class Wire extends KctlCommand {
  static override summary = 'Send one message of the protocol of Kafka, and show its answer.';
  static override description =
    'Without a name it lists the messages, with --fields what one is made of. Bytes are base64, int64 are numbers; what lets somebody log in is not shown. What may change something asks first. An error code in the answer makes the exit code 1.';
  static override examples = [
    '<%= config.bin %> wire',
    '<%= config.bin %> wire Metadata --fields',
    `<%= config.bin %> wire Metadata --body '{"topics": [{"name": "bier-bar"}]}'`,
    `<%= config.bin %> wire DescribeGroups --body '{"groups": ["bar-flies"]}' --to group:bar-flies --api-version 5`,
    `<%= config.bin %> wire DeleteTopics --body '{"topicNames": ["bier-bar"], "timeoutMs": 5000}' --dry-run --api-version 5`,
  ];
  static override args = { message: Args.string({ description: 'its name, such as Metadata, or its key' }) };
  static override flags = {
    ...clusterFlags,
    ...dryRunFlag,
    ...confirmFlags,
    ...requestFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Wire);
    if (args.message === undefined) return this.show(listApis(), viewApis, flags);
    const api = findApi(args.message);
    if (flags.fields) return this.show(listFields(api), viewFields, flags);
    const text =
      flags.file === undefined ? flags.body : (await readBytes(flags.file, this.streams)).toString();
    const body = requestBody(api, text ?? '{}');
    const { 'dry-run': dryRun, 'api-version': apiVersion } = flags;
    const to = flags.to === undefined ? undefined : parseDestination(flags.to);
    if (changesSomething(api, body) && !dryRun) await this.confirm(`Send ${api.name}?`, flags);
    const options = { body, to, apiVersion, dryRun };
    await this.show(await sendRequest(await this.cluster(flags), api, options), viewAnswer, flags);
  }
}
