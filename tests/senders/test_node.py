"""Node's clients: of InfluxDB 2, and prom-client's for a Pushgateway."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.senders import node
from tests.senders.stored import points, values
from tests.servers import Site

pytestmark = pytest.mark.senders
TIME = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)


def run(board: Site, folder: Path, program: str, token: str | None = None) -> str:
    return node.run(folder, program, ADDRESS=board.address, TOKEN=board.token if token is None else token)


class TestInfluxDB:
    HEAD = """
        import { InfluxDB, Point } from "@influxdata/influxdb-client";
        const { ADDRESS: url, TOKEN: token } = process.env;
        const influx = new InfluxDB({ url, token });
    """

    @pytest.mark.parametrize("gzip_from", [0, 1_000_000])
    def test_points_in_batches(self, board: Site, tmp_path: Path, gzip_from: int) -> None:
        name = f"js_batch_{gzip_from}_"
        options = f"{{ batchSize: 100, gzipThreshold: {gzip_from} }}"
        program = f"""
            const write = influx.getWriteApi("any", "any", "ms", {options});
            for (let i = 0; i < 250; i++) {{
              const point = new Point("{name}").tag("host", "web 1").timestamp({int(TIME.timestamp() * 1000)} + i);
              write.writePoint(point.floatField("value", i / 2).booleanField("ok", true));
            }}
            await write.close();
        """
        run(board, tmp_path, self.HEAD + program)
        times = [TIME + timedelta(milliseconds=i) for i in range(250)]
        assert points(board, name) == [
            *((f"{name}.ok{{host=web 1}}", time, 1) for time in times),
            *((f"{name}{{host=web 1}}", time, i / 2) for i, time in enumerate(times)),
        ]

    @pytest.mark.parametrize("precision", ["s", "ms", "us", "ns"])
    def test_a_time_in_every_precision(self, board: Site, tmp_path: Path, precision: str) -> None:
        program = f"""
            const write = influx.getWriteApi("any", "any", "{precision}");
            const time = new Date("{TIME.isoformat()}");
            write.writePoint(new Point("js_time_{precision}_").intField("value", 3).timestamp(time));
            write.writePoint(new Point("js_now_{precision}_").stringField("note", "a text").uintField("value", 4));
            await write.close();
        """
        began = datetime.now(UTC) - timedelta(seconds=1)
        run(board, tmp_path, self.HEAD + program)
        assert points(board, f"js_time_{precision}_") == [(f"js_time_{precision}_", TIME, 3)]
        now, note = points(board, f"js_now_{precision}_")
        assert (now.value, note.value) == (4, "a text") and began <= now.time <= datetime.now(UTC)

    @pytest.mark.parametrize(
        ("token", "status", "code", "message"),
        [
            (None, 400, "invalid", "unable to parse 'js_wrong value=x': invalid boolean (line 2, column 16)"),
            ("x" * 43, 401, "unauthorized", "unauthorized access"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, board: Site, tmp_path: Path, token: str | None, status: int, code: str, message: str
    ) -> None:
        program = """
            const write = influx.getWriteApi("any", "any", "ns", {
              maxRetries: 0,
              writeFailed: ({ statusCode, json }) => {
                console.log(JSON.stringify({ statusCode, json }));
                return Promise.resolve();
              },
            });
            write.writeRecords(["js_wrong value=1", "js_wrong value=x"]);
            await write.close();
        """
        output = run(board, tmp_path, self.HEAD + program, token)
        assert json.loads(output) == {"statusCode": status, "json": {"code": code, "message": message}}
        assert values(board, "js_wrong") == []


class TestPromClient:
    HEAD = """
        import client from "prom-client";
        const { ADDRESS, TOKEN } = process.env;
        const registry = new client.Registry();
        const registers = [registry];
        const gateway = new client.Pushgateway(ADDRESS, { auth: `any:${TOKEN}` }, registry);
        const groupings = { instance: "web-1" };
    """

    def test_a_push_of_every_type_and_more(self, board: Site, tmp_path: Path) -> None:
        program = """
            const gauge = new client.Gauge({ name: "js_all_gauge", help: "g", labelNames: ["room"], registers });
            new client.Counter({ name: "js_all_jobs_total", help: "c", registers }).inc(3);
            const histogram = new client.Histogram({ name: "js_all_seconds", help: "h", buckets: [1, 5], registers });
            const summary = new client.Summary({ name: "js_all_bytes", help: "s", percentiles: [0.5], registers });
            for (const value of [0.5, 2, 7]) { histogram.observe(value); summary.observe(value); }
            for (const push of ["push", "pushAdd"]) {
              gauge.labels("living room").set(push === "push" ? 1 : 2);
              const { resp } = await gateway[push]({ jobName: "a job", groupings });
              console.log(resp.statusCode);
            }
            const { resp } = await gateway.delete({ jobName: "a job", groupings });
            console.log(resp.statusCode);
        """
        output = run(board, tmp_path, self.HEAD + program)
        assert output.split() == ["200", "200", "202"]
        group = "instance=web-1,job=a job"
        once = [
            (f"js_all_bytes_count{{{group}}}", 3),
            (f"js_all_bytes_sum{{{group}}}", 9.5),
            (f"js_all_bytes{{{group},quantile=0.5}}", 2),
            (f"js_all_jobs_total{{{group}}}", 3),
            (f"js_all_seconds_bucket{{{group},le=+Inf}}", 3),
            (f"js_all_seconds_bucket{{{group},le=1}}", 1),
            (f"js_all_seconds_bucket{{{group},le=5}}", 2),
            (f"js_all_seconds_count{{{group}}}", 3),
            (f"js_all_seconds_sum{{{group}}}", 9.5),
        ]
        gauges = [(f"js_all_gauge{{{group},room=living room}}", value) for value in (1, 2)]
        assert sorted(values(board, "js_all")) == sorted([*once, *once, *gauges])

    def test_what_node_says_of_itself_in_gzip(self, board: Site, tmp_path: Path) -> None:
        program = """
            client.collectDefaultMetrics({ register: registry, prefix: "js_self_" });
            const options = { auth: `any:${TOKEN}`, headers: { "Content-Encoding": "gzip" } };
            await new client.Pushgateway(ADDRESS, options, registry).push({ jobName: "self" });
        """
        run(board, tmp_path, self.HEAD + program)
        stored = dict(values(board, "js_self_"))
        assert stored["js_self_process_resident_memory_bytes{job=self}"] > 1_000_000
        assert any(re.fullmatch(r"js_self_nodejs_version_info\{.*version=v\d.*\}", series) for series in stored)

    def test_an_unknown_token_is_said(self, board: Site, tmp_path: Path) -> None:
        program = """
            new client.Gauge({ name: "js_unknown", help: "g", registers }).set(1);
            try { await gateway.push({ jobName: "unknown" }); } catch (error) { console.log(error.message); }
        """
        output = run(board, tmp_path, self.HEAD + program, "x" * 43)
        assert "401" in output
        assert values(board, "js_unknown") == []
