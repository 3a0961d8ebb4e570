#!/bin/sh
# The whole way of one project, from the first contact to the archive, told by curl.
#
#   make run                      # in one terminal
#   sh docs/story.sh              # in another; SERVICE_URL and MPS_DATA_DIR name another service or data folder
#
# Needs curl and python3. Every line shows: HTTP status, stage, deadline (working days), what was done.
set -eu

url=${SERVICE_URL:-http://127.0.0.1:8000}
data=${MPS_DATA_DIR:-data}
owner=91320681MA0000001F
today=$(TZ=CST-8 date +%Y-%m-%d) # the office's date
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# key NAME: a demo key
key() { python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$data/demo-keys.json" "$1"; }
[ -f "$data/demo-keys.json" ] || {
  echo "no $data/demo-keys.json: start the demo with \`make run\`, or name its data folder in MPS_DATA_DIR" >&2
  exit 1
}
agency=$(key agency) portal=$(key portal) auditor=$(key auditor)

# field PATH: a field of the last answer, such as deadline.due_on; "-" when there is none
field() {
  python3 -c 'import json,sys
found = json.load(open(sys.argv[1], encoding="utf-8"))
for name in sys.argv[2].split("."):
    found = found[int(name)] if isinstance(found, list) else (found or {}).get(name)
print("-" if found is None else found)' "$work/answer" "$1"
}

# ask PERSON METHOD PATH [JSON] [curl options]: answer and headers go to files, the status to $status.
# A person is ROLE-NUMBER; the portal acts for the owner of the project.
ask() {
  person=$1 method=$2 path=$3; shift 3
  case $person in
    portal) set -- -H "Authorization: Bearer $portal" -H "Acting-For: $owner" "$@" ;;
    auditor*) set -- -H "Authorization: Bearer $auditor" -H "Operator-Id: $person" "$@" ;;
    *) set -- -H "Authorization: Bearer $agency" -H "Operator-Id: $person" -H "Operator-Role: ${person%-*}" "$@" ;;
  esac
  status=$(curl -sS -X "$method" -o "$work/answer" -D "$work/headers" -w '%{http_code}' "$@" "$url$path")
}

# step WHAT STATUS PERSON METHOD PATH [JSON] [curl options]: ask, and tell in one line; another status ends the story
step() {
  what=$1 wanted=$2 person=$3 method=$4 path=$5; shift 5
  case ${1-} in
    '{'*) body=$1; shift; set -- -H 'Content-Type: application/json' -d "$body" "$@" ;;
  esac
  ask "$person" "$method" "$path" "$@"
  if [ "$status" != "$wanted" ]; then
    printf '%s  %s\n' "$status" "$what" >&2
    cat "$work/answer" >&2
    exit 1
  fi
  stage=$(field stage) due=-
  [ "$stage" = - ] || due=$(field deadline.due_on)
  printf '%s  %-11s %-11s %s\n' "$status" "$stage" "$due" "$what"
}

# move WHAT PERSON FROM MOVE [more fields of the body] [curl options]: take a step from a stage
move() {
  what=$1 who=$2 from=$3 name=$4 more=${5-}
  [ $# -lt 5 ] && shift 4 || shift 5
  step "$what" 201 "$who" POST "$project/stage-transitions" "{\"from_stage\":\"$from\",\"move\":\"$name\"$more}" "$@"
}

# upload NAME: a file as multipart; its id goes to $file
upload() {
  printf '%%PDF-1.7\n%% %s\n1 0 obj<<>>endobj\ntrailer<<>>\n%%%%EOF\n' "$1" > "$work/paper.pdf"
  step "upload 上传 $1.pdf" 201 officer-1 POST /v1/files \
    -F "file=@$work/paper.pdf;type=application/pdf;filename=$1.pdf" -F "project_id=$id"
  file=$(field id)
}

echo 'HTTP stage      due         step'

# --- The lead, the application, the acceptance -------------------------------------------------------------
step 'register the lead 登记线索' 201 officer-1 POST /v1/projects '{
  "contains_state_secrets": false, "name": "吕四港风电叶片制造基地", "area_code": "320681", "owner_uscc": "'$owner'",
  "owner_name": "启东示例风电有限公司", "process_class": "industrial", "planned_start_on": "2027-03-01"}'
id=$(field id)
project=/v1/projects/$id
move 'the owner applies through his portal 项目单位申请' portal lead apply \
  ',"inputs":{"service_mode":"agency","scope_stages":["1","2","3"],"consent":true}'
move 'accept 受理' officer-1 applied accept '' -H "Idempotency-Key: accept-$id"
move 'the same again, as after a lost answer 网络中断后重试' officer-1 applied accept '' -H "Idempotency-Key: accept-$id"
echo "     $(tr -d '\r' < "$work/headers" | grep -i '^idempotency-replayed')"

# --- The agreement: refused without one ---------------------------------------------------------------------
step 'sign without an agreement: refused 无协议，拒绝' 409 officer-1 POST "$project/stage-transitions" \
  '{"from_stage":"accepted","move":"sign_agreement"}' -H 'Accept-Language: en'
echo "     $(field code): $(field detail) $(field errors.0.detail)"
step 'draw up the agreement 拟订委托协议' 201 officer-1 POST "$project/agreements" \
  "{\"number\":\"DB-$id\",\"service_mode\":\"agency\",\"scope_stages\":[\"1\",\"2\",\"3\"]}"
signatures=$project/agreements/$(field id)/signatures
upload 代办委托协议
agreement=$file
for party in owner agency; do
  step "the $party signs 签字" 201 officer-1 POST "$signatures" \
    "{\"party\":\"$party\",\"signed_on\":\"$today\",\"evidence\":[\"$agreement\"]}"
done
move 'entrusted 签订协议' officer-1 accepted sign_agreement
move 'open the service file 建档' officer-1 entrusted open_file ",\"inputs\":{\"file_number\":\"2026-story\"}"

# --- The agents and the plan --------------------------------------------------------------------------------
for number in 1 2; do
  [ $number = 1 ] && role=primary || role=backup
  step 'who is the agent? 查询代办员' 200 coordinator-1 GET "/v1/operators?role=agent&area=320600&limit=2"
  step "assign the $role agent 指派代办员" 201 coordinator-1 POST "$project/agents" \
    "{\"role\":\"$role\",\"operator_id\":\"$(field "items.$((number - 1)).id")\"}"
done
move 'assigned 指派完成' coordinator-1 filed assign
upload 服务方案
plan_paper=$file
step 'draw up the service plan 编制服务方案' 201 agent-1 POST "$project/plans" \
  "{\"document_id\":\"$file\",\"planned_start_on\":\"2027-03-01\",\"departments\":[\"320681-zrzy\",\"320681-zjj\"]}"
plan=$project/plans/$(field number)
upload 项目单位确认书
step 'the owner agrees with it 项目单位确认' 201 officer-1 POST "$plan/owner-confirmation" "{\"evidence\":[\"$file\"]}"
step 'another person approves it 审核' 201 coordinator-1 POST "$plan/approval" '{}'
move 'publish the plan 印发方案' agent-1 assigned publish_plan

# --- The service --------------------------------------------------------------------------------------------
move 'start the service 启动服务' agent-1 planned start_service
upload 开工现场照片
step 'the works have started 开工' 201 agent-1 POST "$project/milestones" \
  "{\"kind\":\"start\",\"reached_on\":\"$today\",\"evidence\":[\"$file\"]}"
step 'confirmed by another person 节点确认' 201 coordinator-1 POST "$project/milestones/$(field id)/confirmation" '{}'
step 'a second person agrees to complete 第二人确认' 201 coordinator-1 POST "$project/confirmations" \
  '{"move":"complete","from_stage":"in_service"}'
upload 帮办代办办结单
completion=$file
move 'complete 办结' agent-1 in_service complete ",\"evidence\":[\"$file\"]"

# --- The archive --------------------------------------------------------------------------------------------
for kind in acceptance_form agreement service_plan completion_form hand_over_list; do
  case $kind in
    agreement) file=$agreement ;;
    service_plan) file=$plan_paper ;;
    completion_form) file=$completion ;;
    acceptance_form) upload 帮办代办受理单 ;;
    *) upload 资料移交清单 ;;
  esac
  step "into the service file 归入案卷: $kind" 201 officer-1 POST "$project/documents" \
    "{\"kind\":\"$kind\",\"file_id\":\"$file\"}"
done
move 'archive 归档' archivist-1 completed archive
step 'the record 项目记录' 200 officer-1 GET "$project"
ask archivist-1 GET "$project/archive-package"
mv "$work/answer" "$work/package.zip"
echo "$status  archive package 归档包: $(wc -c < "$work/package.zip" | tr -d ' ') bytes"

# From here on the service is not needed: the package brings its own verifier, which needs Python alone.
python3 -c 'import sys,zipfile; zipfile.ZipFile(sys.argv[1]).extract("verify.py", sys.argv[2])' "$work/package.zip" "$work"
python3 -I "$work/verify.py" "$work/package.zip"
