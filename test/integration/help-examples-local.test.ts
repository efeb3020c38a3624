import { playExamples } from '../support/help-examples.js';

// Each has local clusters of its own, and most of the time goes into starting them.
playExamples((id) => id.startsWith('local:'));
