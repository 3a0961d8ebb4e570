#!/bin/sh
# A bad review put right, and what a supervisor sees, told by curl.
#
#   make run                      # in one terminal
#   sh docs/supervision.sh        # in another; SERVICE_URL and MPS_DATA_DIR name another service or data folder
#
# Needs curl and python3. Each line shows fields of an answer; pages and the spreadsheet go to files here.
set -eu

data=${MPS_DATA_DIR:-data}
[ -f "$data/demo-keys.json" ] || {
  echo "no $data/demo-keys.json: start the demo with \`make run\`, or name its data folder in MPS_DATA_DIR" >&2
  exit 1
}
key() { python3 -c "import json;print(json.load(open('$data/demo-keys.json'))['$1'])"; }
as() { system=$1 role=$2; shift 2; curl -sS --fail-with-body -w '\n' -H "Authorization: Bearer $(key $system)" -H "Operator-Role: $role" -H "Operator-Id: $role-1" -H 'Content-Type: application/json' "$@"; }
url=${SERVICE_URL:-http://127.0.0.1:8000}/v1

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

# 1. A service that nobody evaluated yet; the window makes a link for its owner, who opens it on his phone
found=$(as agency officer "$url/evaluation-occurrences?invited=false&limit=1")
project=$(echo "$found" | pick items.0.project_id) occurrence=$(echo "$found" | pick items.0.occurrence)
link=$(as agency officer $url/evaluation-invitations -d '{"project_id":"'$project'","occurrence":"'$occurrence'","channel":"hall_tablet"}' | pick link)
curl -sS "$link" -o page.html -w '%{http_code} %{content_type}\n'
curl -sS "$link" -d mode=named -d level=dissatisfied --data-urlencode 'name=李示例' -d phone=13900000001 --data-urlencode 'text=同一份材料要了两次' -o thanks.html -w '%{http_code}\n'
# 2. The bad review it opened goes its way: each step by who may, and never by who was reviewed
review=$url/bad-reviews/$(as agency supervisor "$url/bad-reviews?project=$project&limit=1" | pick items.0.id)
who() { as admin admin "$url/operators?realm=demo&limit=200" | python3 -c 'import json,sys; print(next(o["id"] for o in json.load(sys.stdin)["items"] if o["operator_code"] == sys.argv[1]))' $1; }
act() { curl -sS --fail-with-body -H "Authorization: Bearer $(key ${6:-agency})" -H "Operator-Role: $1" -H "$2" -H 'Content-Type: application/json' $review/actions -d '{"from_state":"'$3'","action":"'$4'"'"${5-}"'}' | pick bad_review.state; }
act supervisor 'Operator-Id: supervisor-1' received precheck ',"grade":"simple"'
act supervisor 'Operator-Id: supervisor-1' prechecked assign ',"handler_id":"'$(who officer-2)'"'
act officer 'Operator-Id: officer-2' assigned contact ',"channel":"phone"'
act supervisor 'Operator-Id: supervisor-2' assigned verify ',"finding":"substantiated","text":"情况属实"'
paper=$(as agency officer $url/file-references -d '{"project_id":"'$project'","name":"整改说明.pdf","media_type":"application/pdf","sha256":"'$(printf %064d 1)'","source_system":"oa","external_id":"'$occurrence'"}' | pick id)
act officer 'Operator-Id: officer-2' verified rectify ',"root_cause":"delay","text":"材料只收一次","evidence":["'$paper'"]'
act officer 'Operator-Id: officer-2' rectified reply ',"text":"已整改","channel":"phone"'
act portal "Acting-For: $(as agency officer $url/projects/$project | pick owner_uscc)" replied confirm '' portal
act officer 'Operator-Id: officer-3' replied follow_up ',"channel":"phone","is_reached":true,"level":"satisfied"'
act supervisor 'Operator-Id: supervisor-1' followed_up close
# 3. The supervisor's figures, each with its definition; the month as JSON, as a page for A4 and as a spreadsheet
as agency supervisor "$url/statistics/figures?from=2026-01-01&to=$(date +%F)&figure=start_lead_days_median&figure=on_time_promised&figure=bad_review_rectification_rate" | pick groups.0.figures.*.name groups.0.figures.*.value groups.0.figures.*.n
as agency supervisor $url/statistics/definitions/on_time_promised | pick formula.zh basis.zh
report=$(as agency supervisor "$url/reports/monthly?area=320600" | pick name)
as agency supervisor $url/reports/$report | pick name
as agency supervisor $url/reports/$report/page.html -o report.html -w '%{http_code} %{content_type}\n'
as agency supervisor $url/reports/$report/workbook.xlsx -o report.xlsx -w '%{http_code} %{content_type}\n'
# 4. The board: open it in a browser and sign in with the agency's key
curl -sS ${url%/v1}/board -o board.html -w '%{http_code} %{content_type}\n'
