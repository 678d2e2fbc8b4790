#!/usr/bin/env bash
# vramtrack watch: pages by HTTP, while programs run, begin and die.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/live_lib.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed (package python3)'
timeout 5 "$VRAMTRACK" watch --listen=:0 --help | grep -q metrics || exit 99

# serves ARGUMENT...: in the background; $port
serves() {
	: >served.err # or what an earlier one said is taken for this one's
	"$VRAMTRACK" watch --listen=127.0.0.1:0 "$@" >served 2>served.err &
	server=$!
	for _ in {1..1200}; do
		grep -q 'report.txt' served.err && break
		kill -0 "$server" 2>/dev/null || break
		sleep 0.05
	done
	port=$(sed -n 's|.*http://127.0.0.1:\([0-9]*\)/report.txt.*|\1|p' served.err)
}
# get PATH [HOST]: the body in `got`, its code and type in $code
get() {
	{
		printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$1" "${2-127.0.0.1:$port}" >&3
		timeout 30 cat <&3 >answer
	} 3<>"/dev/tcp/127.0.0.1/$port" || : >answer
	code=$(sed -n '1s/^[^ ]* \([0-9]*\).*/\1/p; s/^Content-Type: \(.*\)\r$/\1/p; /^\r$/q' answer | paste -sd' ')
	sed '1,/^\r$/d' answer >got
}
# reports WHAT FILTER WANTED: the report for programs does, or will within some seconds: it is made anew each second
reports() {
	local seen
	for _ in {1..100}; do
		get /report.json
		seen=$(jq -r --argjson pid "$pid" "$2" got)
		[ "$seen" != "$3" ] || break
		sleep 0.25
	done
	is "$1" "$seen" "$3"
}

scene 'pages'
live endings paced
serves rec
if grep -q 'without libmicrohttpd' served.err; then
	ends KILL
	skip 'pages' 'this vramtrack was built without libmicrohttpd'
	finish
	exit
fi
get /metrics
is 'metrics are there' "$code" '200 application/openmetrics-text; version=1.0.0; charset=utf-8'
says 'of the process' got "vramtrack_.*pid=\"$pid\".* [1-9]"
says 'whole' got '^# EOF$'
get /report.json
is 'the report for programs' "$code" '200 application/json'
is 'is of a process that runs' "$(jq -r '.processes[0] | "\(.pid) \(.state)"' got)" "$pid running"
get /pprof
is 'a profile' "$code" '200 application/octet-stream'
get /report.txt
is 'the report' "$code" '200 text/plain; charset=utf-8'
says 'names the call site' got 'keeps'
get /etc/passwd
is 'nothing else is there' "${code%% *}" 404
get /../../../../etc/passwd
is 'nor outside' "${code%% *}" 404
get /report.txt evil.example
is 'a name of somebody else is refused' "${code%% *}" 403
get /report.txt "localhost:$port"
is 'one of this machine is not' "${code%% *}" 200
"$VRAMTRACK" watch --listen=":$port" rec 2>err
is 'a port in use is refused' $? 5
says 'and named' err "^vramtrack: port $port of 127\.0\.0\.1 is in use"
first=$server first_port=$port
serves rec
get /report.txt
is 'two may watch one folder' "${code%% *}" 200
kill -TERM $server && wait $server
is 'SIGTERM ends it' $? 0
server=$first port=$first_port

# ---- One process dies, another begins
ends KILL
reports 'a process that dies is told of' '.processes[0].state' ended
live endings paced
reports 'one that begins too' '[.processes[] | select(.pid == $pid).state] | first' running
printf 'VRAMTRK\n' >rec/broken.vramtrack
sleep 1.1
get /report.json
is 'what cannot be read is left out' "$code $(jq '.processes | length' got)" '200 application/json 2'
rm rec/broken.vramtrack

# ---- Prometheus, and the site that leaks
if command -v prometheus >/dev/null; then
	query=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	printf '%s\n' 'global: {scrape_interval: 1s}' 'scrape_configs:' '- job_name: vramtrack' \
		"  static_configs: [{targets: ['127.0.0.1:$port']}]" >prometheus.yml
	prometheus --config.file=prometheus.yml --storage.tsdb.path="$PWD/data" \
		--web.listen-address="127.0.0.1:$query" >prometheus.log 2>&1 &
	prometheus=$!
	python3 - "$query" "$pid" >answered <<-'PYTHON'
		import json, sys, time, urllib.parse, urllib.request
		ask = 'vramtrack_site_live_bytes{pid="%s",site=~".*keeps.*"} > 0' % sys.argv[2]
		for _ in range(100):
		    try:
		        found = json.load(urllib.request.urlopen("http://127.0.0.1:%s/api/v1/query?query=%s" % (
		            sys.argv[1], urllib.parse.quote(ask))))["data"]["result"]
		        if found:
		            print(" ".join(row["value"][1] for row in found))
		            break
		    except OSError:
		        pass
		    time.sleep(0.2)
	PYTHON
	is 'Prometheus scrapes it and knows the site that leaks' "$(cat answered)" 3145728
	kill $prometheus && wait $prometheus
else
	skip 'Prometheus scrapes it' 'prometheus is not installed (package prometheus)'
fi

# ---- Many scrapes beside a program that allocates without a pause
ends KILL
live endings busy
python3 - "$port" >scraped <<-'PYTHON'
	import http.client, sys
	connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=30)
	good = 0
	for _ in range(1000):
	    connection.request("GET", "/metrics")
	    answer = connection.getresponse()
	    good += answer.status == 200 and answer.read().endswith(b"# EOF\n")
	print(good)
PYTHON
is 'a thousand scrapes are answered whole' "$(cat scraped)" 1000
python3 - "$port" <<-'PYTHON'
	import socket, sys
	for rubbish in (b"", b"\0\xff\r\n\r\n", b"GET / HTTP/9.9\r\n" + b"a: b\r\n" * 5000, b"POST /metrics HTTP/1.1\r\nContent-Length: 99999999\r\n\r\nx"):
	    connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
	    connection.sendall(rubbish)
	    connection.close()
PYTHON
get /metrics
is 'rubbish harms nobody' "${code%% *}" 200
kill -INT $server && wait $server
is 'SIGINT ends it' $? 0
ends KILL
holds 'the recording is whole after all that' '.processes | length == 3 and all(.[]; .lost == [])'

scene 'bad input'
for place in 1:2:3 host:x :70000 '[::1' '[::1]x'; do
	asks watch --listen="$place" rec
	is "--listen=$place is refused" $status 2
done
asks watch --listen=no.such.host.invalid:1 .
is 'a host that does not exist' $status 5
asks watch --listen=:0 nothing.vramtrack
is 'a recording that is not there' "$status" 4

finish
