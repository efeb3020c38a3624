/** oclif's help, and the reading of the manifest that it is made from: more code than most commands have. */
export { Config } from '@oclif/core/config';
export { Help } from '@oclif/core/help';
