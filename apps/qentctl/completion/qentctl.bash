# Completion of qentctl for bash. Made by `qentctl completion bash`.
_qentctl() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  local noun= verb= verbs= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -* || ${COMP_WORDS[i-1]} == --config ]] && continue
    if [[ -z $noun ]]; then noun=${COMP_WORDS[i]}
    elif [[ -z $verb ]]; then verb=${COMP_WORDS[i]}; fi
  done
  local nouns='init migrate doctor config plan node user sub order payment account notice reconcile import stats initdata help version completion'
  local options=' --config --json --yes --verbose --help'
  case $noun in
    init) verbs='' ;;
    migrate) verbs='' ;;
    doctor) verbs='' ;;
    config) verbs='dump' ;;
    plan) verbs='list add edit' ;;
    node) verbs='list show stats add probe activate drain disable remove edit move evacuate provision' ;;
    user) verbs='find show' ;;
    sub) verbs='show grant extend disable enable rotate nodes move' ;;
    order) verbs='list show' ;;
    payment) verbs='list show recheck refund accept reject' ;;
    account) verbs='list retry remove-orphan' ;;
    notice) verbs='list retry' ;;
    reconcile) verbs='' ;;
    import) verbs='' ;;
    stats) verbs='traffic' ;;
    initdata) verbs='verify' ;;
    help) verbs='init migrate doctor config plan node user sub order payment account notice reconcile import stats initdata help version completion' ;;
    version) verbs='' ;;
    completion) verbs='bash zsh' ;;
  esac
  case "$noun${verb:+ $verb}" in
    'init') options+=' --dir' ;;
    'plan add') options+=' --title-ru --title-en --period --price --traffic --devices --replicas --group --position --hidden --visible' ;;
    'plan edit') options+=' --title-ru --title-en --period --price --traffic --devices --replicas --group --position --hidden --visible' ;;
    'node add') options+=' --url --username --password-file --gateway --title --group --ca-file --pinned-key --options --capacity --weight --country --parallel' ;;
    'node edit') options+=' --title --country --url --username --password-file --group --capacity --weight --parallel --ca-file --pinned-key --options' ;;
    'node move') options+=' --count --no-wait --patience' ;;
    'node evacuate') options+=' --to --no-wait --patience' ;;
    'node provision') options+=' --camouflage --public-host --vless-port --shadowsocks-port --apply' ;;
    'user find') options+=' --limit' ;;
    'sub extend') options+=' --until --days' ;;
    'order list') options+=' --user --limit' ;;
    'payment list') options+=' --flagged --state --order --limit' ;;
    'payment refund') options+=' --reason' ;;
    'account list') options+=' --pending --node --sub --limit' ;;
    'notice list') options+=' --state --limit' ;;
    'reconcile') options+=' --fix --dry-run --days' ;;
    'import') options+=' --plan --map --until --apply' ;;
    'stats traffic') options+=' --node --sub --days --hours' ;;
    'initdata verify') options+=' --now --max-age --public-key --bot-id' ;;
  esac
  case $prev in
    --config | --password-file | --ca-file | --map | --dir)
      COMPREPLY=($(compgen -f -- "$cur")); return ;;
  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$cur"))
  elif [[ -z $noun ]]; then COMPREPLY=($(compgen -W "$nouns" -- "$cur"))
  elif [[ -z $verb ]]; then COMPREPLY=($(compgen -W "$verbs" -- "$cur"))
  fi
}
complete -F _qentctl qentctl
