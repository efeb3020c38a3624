import { filesMark } from './complete.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * What makes a shell ask kctl for candidates. Each asks as `kctl complete -- words…`, with the word being
 * typed last, by the very name that was typed, so that an alias or a path completes too.
 */
export const scripts: Record<Shell, string> = {
  bash: `# Completion of kctl for bash (3.2 or newer). Load it: source <(kctl completion bash)
_kctl() {
  local line=\${COMP_LINE:0:COMP_POINT} own=\${COMP_WORDS[COMP_CWORD]} IFS=$' \\t\\n' words candidate prefix
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local typed=\${words[\${#words[@]}-1]}
  # Bash breaks words at = and :, and takes only what comes behind.
  [[ $own == [=:] ]] && own=
  prefix=\${typed%"$own"}
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    if [[ $candidate == ${filesMark} ]]; then
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$own"))
      return
    fi
    [[ $candidate == *= ]] && compopt -o nospace 2>/dev/null
    COMPREPLY+=("\${candidate#"$prefix"}")
  done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _kctl kctl
`,
  zsh: `#compdef kctl
# Completion of kctl for zsh. Load it: source <(kctl completion zsh), after compinit.
_kctl() {
  local line value
  local -a plain described open
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    if [[ $value == ${filesMark} ]]; then
      _files
      return
    elif [[ $value == *= ]]; then
      open+=("$value")
    elif [[ $line == *$'\\t'* ]]; then
      described+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
    else
      plain+=("$value")
    fi
  done < <("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#described )) && _describe -t values kctl described
  (( $#plain )) && compadd -a plain
  (( $#open )) && compadd -S '' -a open
}
(( $+functions[compdef] )) && compdef _kctl kctl
`,
  fish: `# Completion of kctl for fish. Load it: kctl completion fish | source
function __kctl_candidates
    set -l words (commandline -opc) (commandline -ct)
    $words[1] complete -- $words[2..-1] 2>/dev/null
end
function __kctl_wants_files
    test "$(__kctl_candidates)" = ${filesMark}
end
complete -c kctl -f
complete -c kctl -n 'not __kctl_wants_files' -a '(__kctl_candidates)'
complete -c kctl -n __kctl_wants_files -F
`,
};
