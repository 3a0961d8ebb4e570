#!/bin/sh
# From a plan to its forecast, told by curl: the page of the README, to be run at once.
#
#   make run                      # in one terminal
#   sh docs/planning.sh           # in another; SERVICE_URL and MPS_DATA_DIR name another service or data folder
#
# Needs curl and python3. Each line shows fields of an answer; the chart goes to chart.svg.
set -eu

data=${MPS_DATA_DIR:-data}
[ -f "$data/demo-keys.json" ] || {
  echo "no $data/demo-keys.json: start the demo with \`make run\`, or name its data folder in MPS_DATA_DIR" >&2
  exit 1
}
key() { python3 -c "import json;print(json.load(open('$data/demo-keys.json'))['$1'])"; }
as() { system=$1 role=$2; shift 2; curl -sS --fail-with-body -w '\n' -H "Authorization: Bearer $(key $system)" -H "Operator-Role: $role" -H "Operator-Id: $role-1" -H 'Content-Type: application/json' "$@"; }
url=${SERVICE_URL:-http://127.0.0.1:8000}/v1

# --- What follows stands in the README ----------------------------------------------------------------------
# pick PATH...: fields of an answer, such as items.0.id; "*" stands for each of a list
pick() { python3 -c 'import json,sys
def find(it, names):
    if not names: return it
    if names[0] == "*": return [find(each, names[1:]) for each in it]
    return find(it[int(names[0])] if isinstance(it, list) else it[names[0]], names[1:])
answer, paths = json.load(sys.stdin), sys.argv[1:]
if "/problems/" in answer.get("type", ""): sys.exit(answer["code"] + ": " + answer["detail"])
found = [find(answer, path.split(".")) for path in paths]
texts = [f if isinstance(f, str) else json.dumps(f, ensure_ascii=False) for f in found]
print(*texts if len(paths) == 1 else map("=".join, zip(paths, texts)))' "$@"; }
# 1. An industrial project in Qidong gets an agent, who drafts a plan from the catalogue's template
id=$(as agency officer $url/projects -d '{"contains_state_secrets":false,"name":"启东海上风电轴承制造项目","area_code":"320681","owner_uscc":"91320681MA0000001F","owner_name":"启东示例轴承有限公司","process_class":"industrial","approval_mode":"record_filing","land_mode":"grant","attributes":{"eia_category":"form","soil_plan_kind":"form","covered_by_regional_assessment":true,"over_energy_threshold":true,"is_special_construction":false,"has_basement_shelter":false,"crosses_waterway":false,"in_heritage_zone":false,"handles_hazardous_chemicals":false,"below_permit_threshold":false,"merges_supervision":false,"lightning_special":false,"starts_on_land":false,"takes_water":false,"needs_gas":false,"discharges_sewage":false}}' | pick id)
agent=$(as agency coordinator "$url/operators?role=agent&area=320600&limit=1" | pick items.0.id)
as agency coordinator $url/projects/$id/agents -d '{"role":"primary","operator_id":"'$agent'"}' | pick role began_at
file() { as agency agent $url/file-references -d '{"project_id":"'$id'","name":"'$1'.pdf","media_type":"application/pdf","sha256":"'$(printf %064d 1)'","source_system":"oa","external_id":"'$id-$1'"}' | pick id; }
plan() { as agency agent $url/projects/$id/plans -d '{"document_id":"'$(file 服务方案$1)'","planned_start_on":"2027-03-01","planned_completion_on":"2028-12-31","departments":[],"reason":"编制方案","content":{"based_on":"'$2'","adjustments":['"$3"']}}'; }
plan 1 template '' | pick number state content.items content.proposed.*.item content.open_points.*.item
# 2. He decides what is proposed, each with a reason, and gives the durations that no limit tells
days() { printf ',"handling":{"value":%s,"unit":"working_day"}' $1; }
decisions=$(printf '{"item":"%s","action":"%s","reason":"%s"%s},' \
  S1-19 change 出让公告期二十日 "$(days 20)" S3-01 change 勘察合同约定 "$(days 15)" S4-12 change 含监测与公示 "$(days 20)" \
  S4-13 change 按同类项目估计 "$(days 10)" S1-07 drop 园区已统一评估 '' S2-07 drop 不涉及公路 '' S3-08 drop 不采用桩基先行 '' \
  S3-12 drop 不占用城市道路 '' S3-13 drop 场地内无绿地 '')
plan 2 previous "${decisions%,}" | pick number content.adjustments content.proposed content.open_points
# 3. The owner confirms; another person than the author approves: the items become cases
as agency officer $url/projects/$id/plans/2/owner-confirmation -d '{"evidence":["'$(file 确认书)'"]}' | pick state confirmed_by
as agency coordinator $url/projects/$id/plans/2/approval -d '{}' | pick state approved_by is_first_baseline content.cases
# 4. What one item lacks; then the department's system reports last week: received, accepted, paused; and the clock's sum
case=$url/item-cases/$(as agency officer "$url/item-cases?item_code=S1-06&limit=1" | pick items.0.id)
as agency agent $case/readiness-checks -d '{}' | pick is_ready gaps.*.code
ago() { python3 -c "import datetime as d; print(d.datetime.now(d.timezone.utc).replace(microsecond=0) - d.timedelta($1))" | tr ' ' T; }
report() { as department department $case/reports -d '{"code":"'$1'","occurred_at":"'$(ago $2)'","source_system":"gongai","external_id":"'$id-$1'"'"${3-}"'}' | pick code findings.*.code item_case.light; }
report received 7; report accepted 6; report handling 6
report special_started 3 ',"special_kind":"expert_review","expected":{"value":10,"unit":"working_day"},"reason":"能耗指标须专家评审"'
as agency officer $case/clock | pick light pauses.*.label promised.budget promised.consumed promised.due_on promised.days.*.why
# 5. The schedule; what ten days more for the drawings would do (nothing is written); the forecast; the chart
as agency officer $url/projects/$id/schedule | pick start_on completion_on days_behind_baseline critical_path
as agency officer $url/projects/$id/schedule/simulations -d '{"delays":[{"item":"S3-02","by":{"value":10,"unit":"working_day"}}]}' | pick is_written before.start_on after.start_on after.days_behind_baseline
as agency officer $url/projects/$id/forecast | pick p50_on p80_on runs items_open items_estimated history.decided
as agency officer "$url/projects/$id/schedule/chart.svg?lang=zh" -o chart.svg -w '%{http_code} %{content_type}\n'
