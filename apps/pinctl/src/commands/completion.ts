import { Argument, type Command, Command as CommanderCommand } from 'commander';
import { printText } from '../terminal/print.js';

const SHELLS = ['bash', 'zsh'] as const;

export function completionCommand(): Command {
  return new CommanderCommand('completion')
    .description('prints what a shell completes commands and options with: source <(pinctl completion bash)')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: (typeof SHELLS)[number], _options: unknown, command: Command) => {
      if (command.parent === null) throw new Error('the command line has no root');
      printText(completionScript(command.parent, shell));
    });
}

/**
 * Words that may follow, by the commands before them. All come from the command line's own description, so none is
 * forgotten. If none fits, the shell completes file names.
 */
function completionScript(root: Command, shell: (typeof SHELLS)[number]): string {
  const commands = descendants(root, '');
  const paths = commands.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`]));
  const cases = commands.map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`);
  const script = [
    '_pinctl() {',
    '  local cur="${COMP_WORDS[COMP_CWORD]}" at= word= words=',
    '  for word in "${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}"; do',
    '    case "${at:+$at }$word" in',
    `      ${paths.join(' | ')}) at="\${at:+$at }$word" ;;`,
    '    esac',
    '  done',
    '  case "$at" in',
    ...cases,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    '}',
    'complete -o default -F _pinctl pinctl',
  ];
  // zsh offers bash's completion as an option.
  return (shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit', ...script] : script).join('\n');
}

interface Described {
  /** "keys rotate"; empty for the root. */
  readonly path: string;
  readonly words: readonly string[];
}

function descendants(command: Command, path: string): readonly Described[] {
  const children = command.commands.map((child) => child.name());
  const options = command.options.flatMap(({ long, argChoices = [] }) => [long ?? '', ...argChoices]);
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  const words = [...children, ...choices, ...options, '--help'].filter((word) => word !== '');
  const below = command.commands.flatMap((child) =>
    descendants(child, path === '' ? child.name() : `${path} ${child.name()}`),
  );
  return [{ path, words }, ...below];
}
