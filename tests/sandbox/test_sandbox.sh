#!/bin/sh
# SPDX-License-Identifier: MIT
# Checks that the sandbox gives the odd answers that it promises. Usage: test_sandbox.sh BINARY
# shellcheck disable=SC2154 # url_a, url_b, pid_a and pid_b are assigned through eval
set -u
bin=$1
dir=$(mktemp -d)
token=1234567890:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
failures=0
pids=
export no_proxy='*' # all is on loopback

stop() {
  for pid in $pids; do kill "$pid" 2>/dev/null && wait "$pid"; done
  rm -rf "$dir"
}
trap stop EXIT

# start NAME options...: runs a sandbox and sets url_NAME
start() {
  name=$1
  shift
  "$bin" --port 0 "$@" >"$dir/$name.out" 2>"$dir/$name.err" &
  pids="$pids $!"
  eval "pid_$name=$!"
  for _ in $(seq 100); do
    grep -q '^listening ' "$dir/$name.out" && break
    sleep 0.1
  done
  grep -q '^listening ' "$dir/$name.out" || { echo "FAIL $bin does not start"; exit 1; }
  eval "url_$name=$(sed -n 's/^listening //p' "$dir/$name.out")"
}

# call args...: status in $code, body in $body, headers in $dir/head
call() {
  code=$(curl -sS -m 30 -D "$dir/head" -o "$dir/body" -w '%{http_code}' "$@" 2>"$dir/curl.err")
  body=$(cat "$dir/body" 2>/dev/null)
}

# want WHAT STATUS TEXT...: the last answer has this status and holds every text
want() {
  what=$1
  status=$2
  shift 2
  if [ "$code" != "$status" ]; then
    echo "FAIL $what: status $code, expected $status: $body"
    failures=$((failures + 1))
    return
  fi
  for text; do
    case $body in
    *"$text"*) ;;
    *)
      echo "FAIL $what: no '$text' in: $body"
      failures=$((failures + 1))
      return
      ;;
    esac
  done
}

# lacks WHAT TEXT
lacks() {
  case $body in
  *"$2"*)
    echo "FAIL $1: '$2' in: $body"
    failures=$((failures + 1))
    ;;
  esac
}

field() { printf '%s' "$body" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }
control() { call "$url_a/control/$1" -d "$2"; }

# eventually TEXT URL: the answer of URL comes to hold TEXT
eventually() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    call "$2"
    case $body in *"$1"*) return ;; esac
    sleep 0.1
  done
  echo "FAIL eventually '$1' at $2: $body"
  failures=$((failures + 1))
}

marzban() {
  panel=$url_a/marzban/m1
  call "$panel/api/admin/token" -H 'Content-Type: application/json' -d '{}'
  want 'login by JSON' 422 '{"detail":{"username":"Field required","password":"Field required"}}'
  call "$panel/api/admin/token" -d 'username=admin&password=wrong'
  want 'wrong password' 401 'Incorrect username or password'
  grep -qi '^www-authenticate: Bearer' "$dir/head" || { echo 'FAIL www-authenticate'; failures=$((failures + 1)); }
  call "$panel/api/system"
  want 'no token' 401 'Not authenticated'
  call "$panel/api/admin/token" -d 'username=admin&password=admin'
  want 'login' 200 '"token_type":"bearer"'
  auth="Authorization: Bearer $(field access_token)"
  user=$panel/api/user

  call -H "$auth" "$user" -d '{"username":"one_1","proxies":{"vless":{"flow":"xtls-rprx-vision"},"shadowsocks":{}},"inbounds":{}}'
  want 'create' 200 '"status":"active"' '&sid=#' 'flow=xtls-rprx-vision' '"expire":null' '"subscription_url":"/sub/'
  call -H "$auth" "$user/one_1"
  want 'the second render has a shortId' 200 '"username":"one_1"'
  lacks 'the second render has a shortId' '&sid=#'
  call -H "$auth" "$user" -d '{"username":"one_1","proxies":{"vless":{}},"inbounds":{}}'
  want 'duplicate' 409 'User already exists'
  call -H "$auth" "$user" -d '{"username":"two_2","proxies":{},"inbounds":{}}'
  want 'empty proxies' 422 'Each user needs at least one proxy'
  call -H "$auth" "$user" -d '{"username": nope}'
  want 'broken JSON' 422 '{"detail":{"' '":"JSON decode error"}}'
  call -H "$auth" "$user" -d '{"username":"a-bcd","proxies":{"vless":{}},"inbounds":{}}'
  want 'bad name' 422 '{"detail":{"username":'
  call -H "$auth" "$user" -d '{"username":"two_2","proxies":{"vless":{}},"inbounds":{"vless":["nope"]}}'
  want 'unknown tag' 422 "Inbound nope doesn't exist"
  call -H "$auth" "$user" -d '{"username":"two_2","proxies":{"vmess":{}},"inbounds":{}}'
  want 'protocol without inbound' 400 'is disabled on your server'
  call -H "$auth" "$user" -d '{"username":"two_2","proxies":{"vless":{}}}'
  want 'omitted inbounds give none' 200 '"inbounds":{"vless":[]}' '"links":[]'
  call -H "$auth" "$user" -d '{"username":"bad_3","inbounds":{}}'
  want 'omitted proxies' 500 'Internal Server Error'
  call -H "$auth" "$panel/api/users"
  want 'the broken row spoils the list' 500 'Internal Server Error'
  call -H "$auth" -X DELETE "$user/bad_3"
  want 'the broken row can be deleted' 200 'User successfully deleted'
  call -H "$auth" "$panel/api/users?limit=1&sort=-username"
  want 'paging and sorting' 200 '"total":2' '"username":"two_2"'
  call -H "$auth" "$panel/api/users?sort=foo"
  want 'bad sort' 400 'is not a valid sort option'

  call -H "$auth" -X PUT "$user/one_1" -d '{"status":"expired"}'
  want 'status of modify' 422 "Input should be 'active', 'disabled' or 'on_hold'"
  call -H "$auth" -X PUT "$user/one_1" -d '{"expire":1}'
  want 'past expiry' 200 '"status":"expired"'
  call -H "$auth" -X PUT "$user/one_1" -d '{"status":"active","expire":4000000000,"data_limit":1000}'
  want 'renewal' 200 '"status":"active"' '"expire":4000000000'
  control marzban/m1/usage '{"username":"one_1","add_bytes":1000}'
  want 'traffic exhausts' 200 '"status":"limited"'
  call -H "$auth" -X PUT "$user/one_1" -d '{"proxies":{"vless":{}}}'
  want 'listed proxies replace' 200 '"flow":""'
  lacks 'listed proxies replace' '"shadowsocks"'
  call -H "$auth" -X PUT "$user/one_1" -d '{"inbounds":{"vless":[]}}'
  want 'an empty list means none in modify' 200 '"inbounds":{"vless":[]}'
  call -H "$auth" -X PUT "$user/one_1" -d '{"status":"disabled"}'
  call -H "$auth" -X POST "$user/one_1/reset"
  want 'reset wakes a disabled user' 200 '"status":"active"' '"used_traffic":0' '"lifetime_used_traffic":1000'
  sub=$(field subscription_url)
  call "$panel$sub"
  want 'subscription' 200
  control clock '{"advance":5}'
  call -H "$auth" -X POST "$user/one_1/revoke_sub"
  call "$panel$sub"
  want 'revoked subscription' 404 '{"detail":"Not Found"}'
  control marzban/m1/config '{"ownerless":true}'
  call -H "$auth" -X DELETE "$user/one_1"
  want 'delete without owner' 500
  call -H "$auth" "$user/one_1"
  want 'but it is gone' 404 'User not found'
  control clock '{"advance":90000}'
  call -H "$auth" "$panel/api/system"
  want 'tokens expire' 401 'Could not validate credentials'
}

marzban_core() {
  panel=$url_a/marzban/m2
  call "$panel/api/admin/token" -d 'username=admin&password=admin'
  auth="Authorization: Bearer $(field access_token)"
  call -H "$auth" -X PUT "$panel/api/core/config" -d '[]'
  want 'a configuration is an object' 422 '{"detail":{"body":"Input should be a valid dictionary"}}'
  call -H "$auth" -X PUT "$panel/api/core/config" -d '{"inbounds":[{"port":1}],"outbounds":[{}]}'
  want 'inbounds have tags' 400 '{"detail":"all inbounds must have a unique tag"}'
  core='{"inbounds":[{"tag":"a","port":443,"protocol":"shadowsocks"}],"outbounds":[{"tag":"x"}],"own":1.5}'
  call -H "$auth" -X PUT "$panel/api/core/config" -d "$core"
  want 'a configuration is stored whole' 200 '"own":1.5'
  call -H "$auth" "$panel/api/hosts"
  want 'a new inbound has the default host' 200 '{"a":[{"remark":"🚀 Marz ({USERNAME})' '"address":"{SERVER_IP}","port":null'
  call -H "$auth" -X PUT "$panel/api/hosts" -d '{"nope":[]}'
  want 'hosts of no inbound' 400 "{\"detail\":\"Inbound nope doesn't exist\"}"
  call -H "$auth" -X PUT "$panel/api/hosts" -d '{"a":[{}]}'
  want 'a host has remark and address' 422 '{"detail":{"remark":"Field required","address":"Field required"}}'
  call -H "$auth" -X PUT "$panel/api/hosts" -d '{"a":[{"remark":"for {USERNAME}","address":"a.example"}]}'
  want 'hosts are replaced' 200 '{"a":[{"remark":"for {USERNAME}","address":"a.example","port":null'
  call -H "$auth" "$panel/api/user" -d '{"username":"one_1","proxies":{"shadowsocks":{}},"inbounds":{}}'
  want 'links lead to the host' 200 '@a.example:443#for%20one_1"'
  control marzban/m2/config '{"busy_ports":[443]}'
  call -H "$auth" -X POST "$panel/api/core/restart"
  want 'a restart says nothing' 200 '{}'
  call -H "$auth" "$panel/api/core"
  want 'a core without its port ends' 200 '"started":false'
}

json='Content-Type: application/json'

# xui_login URL: a session in $jar, its CSRF token in $csrf
xui_login() {
  jar=$dir/jar
  rm -f "$jar"
  call -c "$jar" "$1/csrf-token"
  csrf="X-CSRF-Token: $(field obj)"
  call -b "$jar" -c "$jar" -H "$csrf" "$1/login" -d 'username=admin&password=admin'
}

xui_newest() {
  panel=$url_a/3xui/x1
  call "$panel/panel/api/clients/list"
  want 'hidden without login' 404
  [ -z "$body" ] || { echo "FAIL hidden without login: $body"; failures=$((failures + 1)); }
  call -H 'X-Requested-With: XMLHttpRequest' "$panel/panel/api/clients/list"
  want 'ajax without login' 401
  call "$panel/login" -d 'username=admin&password=admin'
  want 'login without CSRF' 403
  xui_login "$panel"
  want 'login' 200 '"success":true' '"obj":null'
  grep -qi '^set-cookie: 3x-ui=.*Path=/3xui/x1/' "$dir/head" || { echo 'FAIL cookie'; failures=$((failures + 1)); }
  call -b "$jar" -X POST "$panel/panel/api/clients/onlines"
  want 'POST without CSRF' 403
  call -b "$jar" -H "$csrf" -X POST "$panel/panel/api/clients/onlines"
  want 'nobody is online' 200 '"obj":[]'

  control 3xui/x1/config '{"tokens":["tok"]}'
  auth='Authorization: Bearer tok'
  api=$panel/panel/api
  call -H 'Authorization: Bearer bad' -H 'X-Requested-With: XMLHttpRequest' "$api/server/status"
  want 'bad token' 401
  call -H "$auth" "$api/server/status"
  want 'status' 200 '"panelVersion":"3.6.0"' '"state":"running"'
  call -H "$auth" "$api/inbounds/options"
  want 'options' 200 '"ssMethod":"2022-blake3-aes-256-gcm"' '"tlsFlowCapable":true'
  call -H "$auth" "$api/inbounds/list"
  want 'settings are objects' 200 '"settings":{"decryption"'

  add=$api/clients/add
  call -H "$auth" "$add" -d '{"client":{"email":"one","subId":"s1","enable":false,"totalGB":1000,"flow":"xtls-rprx-vision","password":"c2hvcnQ="},"inboundIds":[1,2]}'
  want 'create' 200 '"success":true' 'Inbound client(s) have been added.' '"obj":null'
  call -H "$auth" "$api/clients/get/one"
  want 'enable is ignored, an ill-sized key replaced' 200 '"enable":true' '"inboundIds":[1,2]' '"uuid":"'
  lacks 'an ill-sized key' 'c2hvcnQ='
  call -H "$auth" "$add" -d '{"client":{"email":"one","subId":"s1","totalGB":7},"inboundIds":[1,2]}'
  want 'the same subId attaches' 200 '"success":true'
  call -H "$auth" "$api/clients/traffic/one"
  want 'and changes nothing' 200 '"total":1000'
  call -H "$auth" "$add" -d '{"client":{"email":"one"},"inboundIds":[1]}'
  want 'email in use' 200 '"success":false' 'Something went wrong (email already in use: one\n)'
  call -H "$auth" -H 'Accept-Language: ru' "$add" -d '{"client":{"email":"two","subId":"s1"},"inboundIds":[1]}'
  want 'localised' 200 'Что-то пошло не так (subId already in use: s1\n)'
  call -H "$auth" "$add" -d '{"client":{"email":"two","subId":"s2"},"inboundIds":[1,9]}'
  want 'unknown inbound' 200 'Something went wrong (record not found)'
  call -H "$auth" "$api/clients/get/two"
  want 'but the first is attached' 200 '"inboundIds":[1]'
  call -H "$auth" "$add" -d '{"client":{"email":"a b"},"inboundIds":[1]}'
  want 'bad email' 200 '"success":false' 'invalid character'
  call -H "$auth" "$add" -d '{"client":{"email":"x","tgId":"5"},"inboundIds":[1]}'
  want 'wrong type' 200 'cannot unmarshal string into Go struct field Client.client.tgId of type int64'
  call -H "$auth" -H 'Host: panel.example:2053' "$api/clients/links/one"
  want 'links' 200 'vless://' '@panel.example:8443' 'flow=xtls-rprx-vision' 'ss://2022-blake3-aes-256-gcm:MDEy'
  control 3xui/x1/usage '{"email":"one","add_bytes":1000}'
  want 'traffic exhausts' 200 '"enable":false'
  call -H "$auth" "$api/clients/get/one"
  want 'the record too' 200 '"enable":false' '"usedTraffic":1000'
  call -H "$auth" "$api/clients/onlines" -X POST
  want 'online' 200 '"obj":["one"]'
  call -H "$auth" "$api/clients/update/one" -d '{"email":"one","totalGB":5000}'
  want 'update' 200 '"success":true'
  call -H "$auth" "$api/clients/get/one"
  want 'absent enable disables, absent flow clears, keys stay' 200 '"enable":false' '"totalGB":5000' '"flow":""' '"subId":"s1"'
  call -H "$auth" "$api/clients/bulkEnable" -d '{"emails":["one","nobody"]}'
  want 'bulk enable' 200 '"changed":1' '"reason":"client not found"'
  call -H "$auth" "$api/clients/list/paged?pageSize=1&page=2"
  want 'paged' 200 '"email":"two"' '"total":2' '"pageSize":1'
  lacks 'paged' '"password"'
  call -H "$auth" -X POST "$api/inbounds/del/1"
  want 'inbound deleted' 200 '"obj":1'
  call -H "$auth" "$api/clients/traffic/two"
  want 'the traffic row is an orphan' 200 '"email":"two"'
  call -H "$auth" -X POST "$api/clients/del/one"
  want 'delete' 200 'Inbound client has been deleted.'
  call -H "$auth" -X POST "$api/clients/del/one"
  want 'delete twice' 200 '"success":false' 'not found in any inbound or client record'
  call -H "$auth" "$api/clients/traffic/one"
  want 'no traffic' 200 '"success":true' '"obj":null'
  call -H "$auth" -H "$json" "$api/inbounds/add" -d '{"remark":"r","port":8388,"protocol":"vless","settings":"{\"clients\":[]}"}'
  want 'port clash' 200 '"success":false' "port 8388 (tcp) already used by inbound 'ss-2022' (#2) on *"
  control 3xui/x1/config '{"node_pending":true,"tokens":[{"token":"mon","scope":"monitor"}]}'
  call -H 'Authorization: Bearer mon' "$api/clients/list"
  want 'scope' 403 'not permitted'
  xui_limiter
}

xui_limiter() {
  for _ in 1 2 3 4 5; do
    call -b "$jar" -H "$csrf" "$panel/login" -d 'username=admin&password=wrong'
    want 'wrong password' 200 '"success":false' 'Invalid username or password or two-factor code.'
  done
  call -b "$jar" -H "$csrf" "$panel/login" -d 'username=ADMIN&password=admin'
  want 'another case is another try' 200 '"success":false'
  call -b "$jar" -H "$csrf" "$panel/login" -d 'username=admin&password=admin'
  want 'blocked' 200 '"success":false'
  control clock '{"advance":901}'
  call -b "$jar" -H "$csrf" "$panel/login" -d 'username=admin&password=admin'
  want 'free again' 200 '"success":true'
  control 3xui/x1/config '{"two_factor":"JBSWY3DPEHPK3PXP"}'
  call -b "$jar" -H "$csrf" "$panel/login" -d 'username=admin&password=admin&twoFactorCode=000000'
  want 'wrong code' 200 '"success":false' 'Invalid username or password or two-factor code.'
}

# xui_old: what A, B and B' have in common, on $panel with the session of $jar and $csrf
xui_old() {
  api=$panel/panel/api
  set -- -b "$jar" -H "$csrf" -H "$json"
  call "$@" "$api/inbounds/list"
  want 'settings are strings' 200 '"settings":"{' '\"clients\":'
  call "$@" "$api/inbounds/addClient" -d '{"id":1,"settings":"{\"clients\":[{\"email\":\"u1\",\"id\":\"i1\",\"subId\":\"s\",\"enable\":true,\"totalGB\":100}]}"}'
  want 'add' 200 '"success":true'
  call "$@" "$api/inbounds/addClient" -d '{"id":2,"settings":"{\"clients\":[{\"email\":\"U1\",\"password\":\"p\"}]}"}'
  want 'emails are unique over all inbounds' 200 '"success":false' 'Duplicate email: U1\n)'
  call "$@" "$api/inbounds/addClient" -d '{"id":2,"settings":"{\"clients\":[{\"email\":\"u1-ss\",\"password\":\"p\",\"enable\":true}]}"}'
  want 'add to Shadowsocks' 200 '"success":true'
  call "$@" "$api/inbounds/addClient" -d '{"id":2,"settings":{"clients":[]}}'
  want 'settings as an object' 200 '"success":false' 'cannot unmarshal object'
  call "$@" "$api/inbounds/updateClient/p" -d '{"id":2,"settings":"{\"clients\":[{\"email\":\"u1-ss\",\"password\":\"q\"}]}"}'
  want 'Shadowsocks goes by email' 200 '"success":false' 'empty client ID\n)'
  call "$@" "$api/inbounds/updateClient/u1-ss" -d '{"id":2,"settings":"{\"clients\":[{\"email\":\"u1-ss\",\"password\":\"q\"}]}"}'
  want 'update' 200 '"success":true'
  call "$@" "$api/inbounds/get/2"
  want 'full replacement' 200 '\"password\":\t\"q\"'
  lacks 'full replacement' '\"enable\"'
  call "$@" "$api/inbounds/getClientTraffics/u1"
  want 'traffic' 200 '"email":"u1"' '"total":100'
  call "$@" -X POST "$api/inbounds/1/delClient/i1"
  want 'the last one stays' 200 '"success":false' 'no client remained in Inbound\n)'
  call "$@" "$api/inbounds/addClient" -d '{"id":1,"settings":"{\"clients\":[{\"email\":\"u2\",\"id\":\"i2\"}]}"}'
  call "$@" "$api/clients/list"
  want 'no client routes' 404
}

xui_older() {
  panel=$url_a/3xui/xa
  jar=$dir/jar
  csrf='X-None: 1'
  control 3xui/xa/config '{"generation":"A","base_path":"/deep/"}'
  call "$panel/panel/api/inbounds/list"
  want 'below the base path only' 404
  panel=$panel/deep
  call "$panel/panel/api/inbounds/list"
  want 'redirect to the login page' 307
  grep -qi '^location: /3xui/xa/deep/' "$dir/head" || { echo 'FAIL location'; failures=$((failures + 1)); }
  call -H 'X-Requested-With: XMLHttpRequest' "$panel/panel/api/inbounds/list"
  want 'ajax' 401 '"success":false'
  rm -f "$jar"
  call -c "$jar" "$panel/login" -H "$json" -d '{"username":"admin","password":"admin"}'
  want 'login without CSRF' 200 '"success":true'
  xui_old
  call -b "$jar" "$api/inbounds/getClientTraffics/nobody"
  want 'unknown' 200 '"success":true' '"obj":null'
  call -b "$jar" -X POST "$api/inbounds/1/delClient/nobody"
  want 'deleting nobody' 200 '"success":true'
  call -b "$jar" -X POST "$panel/server/status"
  want 'status by POST' 200 '"state":"running"'

  panel=$url_a/3xui/xb
  control 3xui/xb/config '{"generation":"B"}'
  call -H 'X-Requested-With: XMLHttpRequest' "$panel/panel/api/inbounds/list"
  want 'hidden even from ajax' 404
  rm -f "$jar"
  call -c "$jar" "$panel/login" -d 'username=admin&password=admin'
  xui_old
  call -b "$jar" "$api/inbounds/getClientTraffics/nobody"
  want 'unknown' 200 '"success":false' 'Inbound Not Found For Email: nobody\n)'
  call -b "$jar" -X POST "$api/inbounds/1/delClientByEmail/u1"
  want 'by email' 200 '"success":true'
  control 3xui/xb/usage '{"email":"u1-ss","add_bytes":5}'
  call -b "$jar" "$api/server/status"
  want 'status' 200 '"sent":5'
  lacks 'status' 'panelVersion'

  panel=$url_a/3xui/xc
  control 3xui/xc/config '{"version":"3.0.2"}'
  xui_login "$panel"
  xui_old
  call -b "$jar" -H "$csrf" -X POST "$api/inbounds/1/delClient/nobody"
  want 'deleting nobody' 200 '"success":false' 'Client Not Found In Inbound For ID: nobody\n)'
  call -b "$jar" "$api/inbounds/getClientLinks/2/u1-ss"
  want 'SS-2022 in base64' 200 'ss://MjAyMi1ibGFrZTMtYWVz'
  control 3xui/xc/revoke-sessions '{}'
  call -b "$jar" "$api/inbounds/list"
  want 'sessions are void' 404
  call "$url_a/control/stats"
  want 'statistics' 200 '"path":"/panel/api/inbounds/{id}/delClient/nobody"' '"path":"/panel/api/inbounds/getClientLinks/{id}/{id}"'
}

amneziawg() {
  panel=$url_a/amneziawg/a1
  api=$panel/api/wireguard/client
  call "$panel/api/release"
  want 'release' 200 14
  call "$api"
  want 'not logged in is 500' 500 '"statusCode": 500' '"stack": []'
  call "$panel/api/session" -H "$json" -d '{"password":"wrong","remember":true}'
  want 'wrong password' 401 '"statusCode": 401'
  call -X POST "$panel/api/session"
  want 'empty login' 500
  call -c "$dir/aw" "$panel/api/session" -H "$json" -d '{"password":"admin","remember":true}'
  want 'login' 200 '{"success":true}'
  call -b "$dir/aw" "$panel/api/session"
  want 'session' 200 '{"requiresPassword":true,"authenticated":true}'
  call -H 'Authorization: admin' "$api"
  want 'password without a scheme' 200 '[]'
  call -b "$dir/aw" "$api" -H "$json" -d '{"name":"one"}'
  want 'create tells no id' 200 '{"success":true}'
  call -b "$dir/aw" "$api"
  want 'list' 200 '"expiredAt":null' '"transferRx":0'
  id=$(field id)
  call -b "$dir/aw" "$api" -H "$json" -d '{"name":"one"}'
  call -b "$dir/aw" "$api"
  want 'two of one name' 200 '"address":"10.8.0.2"' '"address":"10.8.0.3"'
  call -b "$dir/aw" "$api" -H "$json" -d '{"name":""}'
  want 'no name' 500
  call -b "$dir/aw" "$api" -H "$json" -d 'nope'
  want 'no JSON' 400 'Bad Request'
  call -b "$dir/aw" "$api/$id/configuration"
  want 'conf' 200 '[Interface]' 'Jc = ' 'H4 = ' 'Address = 10.8.0.2/24'
  [ "$(head -c 1 "$dir/body" | od -An -c | tr -d ' ')" = '\n' ] || { echo 'FAIL first line'; failures=$((failures + 1)); }
  control amneziawg/a1/usage '{"name":"one","rx":5,"tx":7}'
  want 'usage' 200 '"transferTx":7' '"latestHandshakeAt":"2'
  call -b "$dir/aw" -X POST "$api/$id/disable"
  call -b "$dir/aw" "$api"
  want 'no counters while disabled' 200 '"transferRx":null' '"persistentKeepalive":null'
  call -b "$dir/aw" -X POST "$api/$id/enable"
  call -b "$dir/aw" "$api"
  lacks 'counters start anew' '"transferTx":7'
  call -b "$dir/aw" -X POST "$api/nope/enable"
  want 'unknown id' 404 '"statusCode": 404'
  call -b "$dir/aw" -X DELETE "$api/nope"
  want 'deleting nobody' 200 '{"success":true}'
  call -b "$dir/aw" -X PUT "$api/$id/expireDate" -H "$json" -d '{"expireDate":"2020-01-15T10:00:00Z"}'
  call -b "$dir/aw" "$api"
  want 'end of the day, and no job by default' 200 '"expiredAt":"2020-01-15T23:59:59.000Z"' '"enabled":true'
  lacks 'no job' '"enabled":false'
  control amneziawg/a1/config '{"expires_job":true}'
  call -b "$dir/aw" "$api"
  want 'the job' 200 '"enabled":false'
  control amneziawg/a1/clients '{"name":"many","count":300}'
  call -b "$dir/aw" "$api" -H "$json" -d '{"name":"last"}'
  want 'full' 500
  call "$url_a/control/amneziawg/a1/clients"
  want 'full' 200 '"total":253'
  control amneziawg/a1/restart '{}'
  call -b "$dir/aw" "$api"
  want 'a restart logs everybody out' 500
}

wgeasy() {
  panel=$url_a/wgeasy/w1
  api=$panel/api/client
  call "$api"
  want 'no password' 401 'Session failed. No Authorization'
  call -u admin:wrong "$api"
  want 'wrong password' 401 '"statusMessage":"Session failed"'
  call -H 'Authorization: Bearer x' "$api"
  want 'bearer' 400 'Invalid Basic Authorization'
  set -- -u admin:admin-password -H "$json"
  call "$@" "$api" -d '{"name":"one"}'
  want 'expiresAt must be there' 400 '"statusMessage":"Validation Error"' 'expiresAt is required'
  call "$@" "$api" -d '{"name":"two","expiresAt":null}'
  want 'create' 200 '{"success":true,"clientId":1}'
  call "$@" "$api" -d '{"name":"one","expiresAt":"2020-01-01"}'
  want 'a past date' 200 '"clientId":2'
  call "$@" "$api" -d '{"name":"a\nb","expiresAt":null}'
  want 'control characters' 400 'String is malformed'
  call "$@" "$api"
  want 'by name' 200 '[{"id":2,'
  lacks 'keys' privateKey
  control clock '{"advance":61}'
  call "$@" "$api/2"
  want 'the job' 200 '"enabled":false' '"privateKey":"'
  one=$body
  call "$@" -X POST "$api/2/enable"
  want 'expired' 422 'Client is expired. Please update the expiration date first.'
  call "$@" "$api/2" -d '{"name":"x","enabled":true,"expiresAt":null}'
  want 'all fields' 400 'is required'
  call "$@" "$api/2" -d "$(printf '%s' "$one" | sed 's/"expiresAt":"[^"]*"/"expiresAt":null/')"
  want 'what was read' 200 '{"success":true}'
  call "$@" -X POST "$api/2/enable"
  want 'enable' 200
  call "$@" "$api/9/configuration"
  want 'unknown' 404 '"statusMessage":"Client not found"'
  for verb in enable disable; do
    call "$@" -X POST "$api/9/$verb"
    want "$verb of nobody" 200 '{"success":true}'
  done
  call "$@" -X DELETE "$api/9"
  want 'deleting nobody' 200 '{"success":true}'
  call "$@" "$api/x"
  want 'no number' 400 'clientId is required'
  call "$@" "$api/1/configuration"
  want 'conf' 200 '[Interface]' 'Address = 10.8.0.2/32, fdcc:' 'Jc = ' 'H4 = '
  control wgeasy/w1/config '{"prefix":30}'
  call "$@" "$api" -d '{"name":"last","expiresAt":null}'
  want 'full' 500 '"message":"Server Error"'
  call "$@" "$panel/api/admin/interface"
  want 'interface' 200 '"ipv4Cidr":"10.8.0.0/30"'
}

yookassa() {
  api=$url_a/yookassa/v3
  shop=100500:test_sandboxSecretKey0123456789abcdefghijklmn
  json='Content-Type: application/json'
  pay='{"amount":{"value":"199.00","currency":"RUB"},"capture":true,"confirmation":{"type":"redirect","return_url":"https://t.me/bot"},"metadata":{"order_id":"7"}}'
  call -u x:y "$api/me"
  want 'wrong key' 401 '"code":"invalid_credentials"' '"type":"error"'
  call -u $shop "$api/payments" -H "$json" -d "$pay"
  want 'no key' 400 '"parameter":"Idempotence-Key"'
  call -u $shop "$api/payments" -H "$json" -H 'Idempotence-Key: k1' -d "$pay"
  want 'create' 200 '"status":"pending"' '"paid":false' '"confirmation_url":"http://127.0.0.1' '"test":true'
  id=$(field id)
  first=$body
  call -u $shop "$api/payments" -H "$json" -H 'Idempotence-Key: k1' -d "$pay "
  want 'other body' 400 'Idempotence key duplicated'
  for wrong in '"199.0"' '"-1.00"' '"0.00"' 199.00; do
    call -u $shop "$api/payments" -H "$json" -H 'Idempotence-Key: k2' \
      -d "{\"amount\":{\"value\":$wrong,\"currency\":\"RUB\"},\"capture\":true,\"confirmation\":{\"type\":\"redirect\",\"return_url\":\"https://t.me\"}}"
    want "amount $wrong" 400 '"parameter":"amount.value"'
  done
  control yookassa/webhooks "{\"url\":\"$url_b/control/telegram/update\",\"duplicate\":1}"
  control yookassa/pay '{"order_id":"7"}'
  want 'paid' 200 '"status":"succeeded"' '"paid":true'
  control yookassa/pay '{"order_id":"7"}'
  want 'paid only once' 409
  call -u $shop "$api/payments" -H "$json" -H 'Idempotence-Key: k1' -d "$pay"
  [ "$body" = "$first" ] || { echo 'FAIL the first answer is not repeated'; failures=$((failures + 1)); }
  call -u $shop "$api/payments/$id"
  want 'fetch' 200 '"status":"succeeded"' '"account_id":"100500"' '"captured_at"'
  eventually '"pending":0' "$url_a/control/yookassa/webhooks"
  call "$url_b/telegram/bot$token/getUpdates"
  want 'notification' 200 '"event":"payment.succeeded"' "\"id\":\"$id\"" '700000002'

  control yookassa/webhooks "{\"url\":\"$url_b/nowhere\",\"duplicate\":0,\"retry_ms\":50}"
  call -u $shop "$api/refunds" -H "$json" -H 'Idempotence-Key: r1' -d "{\"payment_id\":\"$id\",\"amount\":{\"value\":\"199.01\",\"currency\":\"RUB\"}}"
  want 'refund too much' 400 '"parameter":"amount"'
  call -u $shop "$api/refunds" -H "$json" -H 'Idempotence-Key: r1' -d "{\"payment_id\":\"$id\",\"amount\":{\"value\":\"199.00\",\"currency\":\"RUB\"}}"
  want 'refund' 200 '"status":"succeeded"'
  eventually '"tries":2' "$url_a/control/yookassa/webhooks"
  control yookassa/webhooks "{\"url\":\"$url_b/control/telegram/update\"}"
  eventually '"pending":0' "$url_a/control/yookassa/webhooks"

  call -u $shop "$api/payments" -H "$json" -H 'Idempotence-Key: k3' -d "$pay"
  id=$(field id)
  control clock '{"advance":3601}'
  call -u $shop "$api/payments/$id"
  want 'expires after an hour' 200 '"status":"canceled"' 'expired_on_confirmation'
  call -u $shop "$api/payments?limit=1"
  want 'newest first, with a cursor' 200 "\"id\":\"$id\"" '"next_cursor"'
  call -u $shop "$api/payments" -H "$json" -H 'Idempotence-Key: k4' -d "$pay"
  id=$(field id)
  call "$url_a/yookassa/pay/$id"
  want 'pay page' 200 '199.00' "$id"
  call "$url_a/yookassa/pay/$id" -d 'action=decline&reason=insufficient_funds'
  want 'declined on the page' 303
  grep -qi '^location: /chat' "$dir/head" || { echo 'FAIL way back'; failures=$((failures + 1)); }
  call -u $shop "$api/payments/$id"
  want 'declined' 200 '"status":"canceled"' '"reason":"insufficient_funds"'
  control yookassa/webhooks/forge "{\"body\":{\"event\":\"payment.succeeded\"}}"
  want 'forge' 200 '"status":200'
}

telegram() {
  bot=$url_a/telegram/bot$token
  call "$url_a/telegram/bot123/getMe"
  want 'bad token form' 404 '"description":"Not Found"'
  call "$url_a/telegram/bot1234567890:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB/getMe"
  want 'wrong token' 401 '"description":"Unauthorized"'
  call "$bot/getme"
  want 'method names without case' 200 '"is_bot":true'
  call "$bot/getNothing"
  want 'unknown method' 404 'method not found'
  control telegram/users '{"id":42,"first_name":"Ann","language_code":"en"}'
  call "$bot/sendMessage" -d 'chat_id=42&text=hi'
  want 'before /start' 400 'Bad Request: chat not found'
  control telegram/send '{"user_id":42,"text":"/start abc"}'
  call "$bot/getUpdates"
  want 'update' 200 '"type":"bot_command"' '"update_id":700000001' '"text":"/start abc"'
  curl -sS -m 20 "$bot/getUpdates?offset=700000002&timeout=10" >"$dir/poll" 2>&1 &
  poll=$!
  eventually '"path":"/getUpdates","count":2' "$url_a/control/stats"
  call "$bot/getUpdates?offset=700000002&timeout=1"
  wait $poll
  body=$(cat "$dir/poll")
  code=200
  want 'the older poll is ended' 200 '"error_code":409' 'terminated by other getUpdates request'

  for text in '<b>x' 'a < b' 'a & b' '<p>x</p>' '<b>x</i>' '<span>x</span>'; do
    call "$bot/sendMessage" -d chat_id=42 -d parse_mode=HTML --data-urlencode "text=$text"
    want "HTML $text" 400 "can't parse entities"
  done
  call "$bot/sendMessage" -d chat_id=42 -d parse_mode=HTML --data-urlencode 'text=<b>a</b> &amp; &#128640;'
  want 'HTML' 200 '"type":"bold"' 'a & 🚀'
  long=$(printf '%4096s' '' | tr ' ' x)
  call "$bot/sendMessage" -d chat_id=42 -d "text=$long"
  want '4096 units' 200
  call "$bot/sendMessage" -d chat_id=42 -d "text=${long}x"
  want '4097 units' 400 'message is too long'
  call "$bot/sendMessage" -d 'chat_id=42&text=x' --data-urlencode 'reply_markup={"inline_keyboard":[[{"text":"a","url":"happ://x"}]]}'
  want 'custom scheme' 400 'BUTTON_URL_INVALID'
  call "$bot/sendMessage" -d 'chat_id=42&text=x' --data-urlencode 'reply_markup={"inline_keyboard":[[{"text":"a","web_app":{"url":"http://example.com"}}]]}'
  want 'web_app without TLS' 400 'Only HTTPS links are allowed'
  call "$bot/sendMessage" -H 'Content-Type: application/json' -d '{"chat_id":42,"text":"x","reply_markup":{"inline_keyboard":[[{"text":"a","callback_data":"go"}]]}}'
  want 'keyboard' 200 '"callback_data":"go"'
  control telegram/callback '{"user_id":42,"data":"go"}'
  query=$(field callback_query_id)
  call "$bot/answerCallbackQuery" -d "callback_query_id=$query&text=ok"
  want 'answer' 200 '"result":true'
  call "$bot/answerCallbackQuery" -d "callback_query_id=$query"
  want 'answer twice' 400 'query is too old'

  call "$url_a/control/telegram/messages?user_id=42&after=1&count=2&wait_ms=5000"
  want 'messages' 200 '"method":"sendMessage"' '"callback_data":"go"'

  printf 'not a picture' >"$dir/x.png"
  call "$bot/sendPhoto" -F chat_id=42 -F "photo=@$dir/x.png;type=image/png"
  want 'no picture' 400 'IMAGE_PROCESS_FAILED'
  printf '%s' 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==' | base64 -d >"$dir/x.png"
  call "$bot/sendPhoto" -F chat_id=42 -F "photo=@$dir/x.png;type=image/png" --form-string 'caption=Key'
  want 'picture' 200 '"photo":[' '"caption":"Key"'
  call "$bot/sendPhoto" -d "chat_id=42&photo=$(field file_id)"
  want 'by file_id' 200 '"photo":['

  printf '[Interface]\nJc = 4\n' >"$dir/de1.conf"
  call "$bot/sendDocument" -F chat_id=42 -F "document=@$dir/de1.conf;type=application/octet-stream" \
    --form-string 'caption=<b>Key</b>' -F parse_mode=HTML
  want 'document' 200 '"file_name":"de1.conf"' '"mime_type":"text/plain"' '"file_size":19' '"caption":"Key"'
  call "$url_a/control/telegram/messages?user_id=42"
  want 'document in the list' 200 '"method":"sendDocument"' '"file_name":"de1.conf"'
  call "$(field document_url)"
  want 'document to download' 200 '[Interface]' 'Jc = 4'
  grep -qi '^content-disposition: attachment' "$dir/head" || { echo 'FAIL Content-Disposition'; failures=$((failures + 1)); }
  : >"$dir/empty.conf"
  call "$bot/sendDocument" -F chat_id=42 -F "document=@$dir/empty.conf"
  want 'empty document' 400 'file must be non-empty'
  call "$bot/sendDocument" -d chat_id=42
  want 'no document' 400 'there is no document in the request'

  control telegram/block '{"user_id":42}'
  call "$bot/sendMessage" -d 'chat_id=42&text=hi'
  want 'blocked' 403 'Forbidden: bot was blocked by the user'
  call "$bot/getUpdates?offset=700000002"
  want 'my_chat_member' 200 '"my_chat_member"' '"status":"kicked"'
  control telegram/block '{"user_id":42,"blocked":false}'
  control telegram/limits '{"enforced":true}'
  call "$bot/sendMessage" -d 'chat_id=42&text=1'
  call "$bot/sendMessage" -d 'chat_id=42&text=2'
  want 'one a second' 429 '"parameters":{"retry_after":1}'
  grep -qi '^retry-after: 1' "$dir/head" || { echo 'FAIL Retry-After'; failures=$((failures + 1)); }
  control telegram/limits '{"enforced":false}'

  for file in '?user=42' /chat.css /chat.js /webapp.js "/state?user=42"; do
    call "$url_a/chat$file"
    want "chat page $file" 200
  done
  want 'chat state' 200 '"started":true' '"messages":[{'
  call "$bot/setWebhook" -d "url=http://example.com/hook"
  want 'webhook without TLS' 400 'HTTPS'
  call "$bot/setWebhook" -d "url=$url_b/control/telegram/update&secret_token=s"
  want 'webhook' 200 'Webhook was set'
  eventually '"pending_updates":0' "$url_a/control/telegram/state"
  call "$bot/getUpdates"
  want 'polling beside a webhook' 409 "can't use getUpdates method while webhook is active"
  call "$bot/deleteWebhook"
  want 'no webhook' 200 'Webhook was deleted'
  control telegram/init-data '{"user_id":42,"auth_date":1700000000,"start_param":"ref1"}'
  want 'initData' 200 'query_id=' '&user=%7B%22id%22%3A42' '&start_param=ref1&auth_date=1700000000&signature=' '&hash='
}

faults() {
  bot=$url_a/telegram/bot$token
  control faults '{"target":"telegram","match":"getMe","kind":"429","retry_after":7,"after":1}'
  call "$bot/getMe"
  want 'skipped' 200
  call "$bot/getMe"
  want '429' 429 '"retry_after":7'
  call "$bot/getMe"
  want 'used up' 200
  control faults '{"target":"telegram","match":"sendMessage","kind":"act_then_timeout","ms":200}'
  call "$bot/sendMessage" -d 'chat_id=42&text=ghost'
  want 'no answer' 000
  call "$url_a/control/telegram/messages?user_id=42"
  want 'but it acted' 200 '"text":"ghost"'
  control faults '{"target":"marzban","panel":"m2","kind":"refuse"}'
  call "$url_a/marzban/m3/api/system"
  want 'another panel' 401
  call "$url_a/marzban/m2/api/system"
  want 'refused' 000
  control faults '{"target":"marzban","kind":"cut"}'
  call "$url_a/marzban/m2/api/system"
  grep -q 'curl: (18)' "$dir/curl.err" || { echo "FAIL cut: $(cat "$dir/curl.err")"; failures=$((failures + 1)); }
  control faults '{"target":"marzban","kind":"html"}'
  call "$url_a/marzban/m2/api/system"
  want 'html' 502 '<html>'
  control faults '{"target":"marzban","kind":"huge","bytes":3000000}'
  call "$url_a/marzban/m2/api/system"
  [ ${#body} -gt 3000000 ] || { echo "FAIL huge: ${#body}"; failures=$((failures + 1)); }
  control faults '{"target":"yookassa","match":"GET /me$","kind":"status","status":500}'
  call "$url_a/yookassa/v3/me"
  want 'status' 500 '"code":"internal_server_error"'
  control faults '{"target":"nobody","kind":"cut"}'
  want 'unknown target' 400
  call -X DELETE "$url_a/control/faults"
  call "$url_a/control/stats"
  want 'statistics' 200 '"path":"/sendMessage"' '"path":"/api/user/{id}/reset"'
}

"$bin" --host 0.0.0.0 --port 0 >/dev/null 2>&1 && { echo 'FAIL listens beyond loopback'; failures=1; }
start a --bot-token $token
start b --bot-token $token
marzban
marzban_core
xui_newest
xui_older
amneziawg
wgeasy
yookassa
telegram
faults
kill "$pid_a" && wait "$pid_a" || { echo 'FAIL does not stop cleanly'; failures=$((failures + 1)); }
pids=$pid_b
cat "$dir"/*.err | grep -v '^curl' | grep . && failures=$((failures + 1))
[ "$failures" -eq 0 ] && echo 'sandbox: all answers as promised'
[ "$failures" -eq 0 ]
