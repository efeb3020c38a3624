import { playExamples } from '../support/help-examples.js';

playExamples((id) => !id.startsWith('local:'));
