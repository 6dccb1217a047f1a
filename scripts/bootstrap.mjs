// The start of every `npm run` of this project. It makes the machine and the checkout ready, then runs the command. It
// and its imports have no dependencies and run on Node 18 and later: node_modules does not exist yet.
import { COMMANDS, usage } from './bootstrap/commands.mjs';
import { useTemporaryDirectory } from './bootstrap/temporary-directory.mjs';
import { isExplained } from './bootstrap/terminal.mjs';

useTemporaryDirectory();

const [name = '', ...args] = process.argv.slice(2).filter((word, index) => !(index === 1 && word === '--'));

try {
  process.exitCode = await main();
} catch (error) {
  console.error(isExplained(error) ? `\n${error.message}` : error);
  process.exitCode = 1;
}

/** @returns {Promise<number>} the exit status */
async function main() {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const asked = ['', '--help', '-h', 'help'].includes(name);
    (asked ? console.log : console.error)(asked ? usage() : `There is no command "${name}".\n\n${usage()}`);
    return asked ? 0 : 1;
  }
  if (args.includes('--help') || args.includes('-h')) {
    const status = await command.help?.(args);
    if (status !== undefined) return status;
    console.log(usage(command));
    return 0;
  }
  return await command.run(args);
}
