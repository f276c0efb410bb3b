/**
 * One error as Go's loggers write it: log (Go 1.19), x/exp/slog 2022-10-28, zap 1.23, zerolog 1.26, logrus 1.9,
 * klog 2.80, go-kit/log 0.2, log15 2.15, hclog 0.11, run and recorded; paths shortened, time zones varied by hand.
 * klog's JSON and ECS were not run: they are written after their formats.
 */
export interface LoggerLine {
  logger: string;
  line: string;
  /** The error that was logged, as its Error() gives it. */
  error: string;
  /** The error comes out as a text of its own, not within the line. */
  alone: boolean;
  /** How often the line says it; zap writes the error of pkg/errors twice. */
  times: number;
  /** The time of the line, ms since the epoch; undefined where it has none that can be told. */
  at: number | undefined;
}

export const DIAL =
  'dial tcp: lookup api.prod on 10.96.0.10:53: read udp 10.0.0.5:4123->10.96.0.10:53: i/o timeout';
export const GET = `Get "http://api.prod/v1": ${DIAL}`;
const TWO_LINES = `first\nsecond: ${DIAL}`;

/** GET as %q and most loggers write it, and with HTML's characters escaped as encoding/json does. */
const QUOTED = `"Get \\"http://api.prod/v1\\": ${DIAL}"`;
const HTML_SAFE = QUOTED.replace('>', '\\u003e');

const AT = Date.UTC(2026, 10, 23, 9, 44, 19, 170);
const SECOND = Date.UTC(2026, 10, 23, 9, 44, 19);
const LOCAL = new Date(2026, 10, 23, 9, 44, 19, 170).getTime();
const LOCAL_SECOND = new Date(2026, 10, 23, 9, 44, 19).getTime();

/** The error is a text of its own. */
const alone = (logger: string, at: number | undefined, line: string, error = GET, times = 1): LoggerLine => {
  return { logger, line, error, alone: true, times, at };
};

/** The error is a part of the line's text. */
const within = (logger: string, at: number | undefined, line: string, error = GET): LoggerLine => {
  return { logger, line, error, alone: false, times: 1, at };
};

export const LOGGER_LINES: LoggerLine[] = [
  within('log', LOCAL_SECOND, `2026/11/23 09:44:19 call failed: ${GET}`),
  within(
    'log, Lmicroseconds|Lshortfile',
    LOCAL,
    `2026/11/23 09:44:19.170324 main.go:32: call failed: ${GET}`,
  ),
  alone('slog text', AT, `time=2026-11-23T09:44:19.170Z level=ERROR msg="call failed" n=1 err=${QUOTED}`),
  alone(
    'slog text, error of two lines',
    AT,
    `time=2026-11-23T09:44:19.170Z level=ERROR msg="call failed" err="first\\nsecond: ${DIAL}"`,
    TWO_LINES,
  ),
  alone(
    'slog text, nothing to escape',
    AT - 3_600_000,
    `time=2026-11-23T09:44:19.170+01:00 level=ERROR msg="call failed" err="${DIAL}"`,
    DIAL,
  ),
  alone(
    'slog JSON',
    AT,
    `{"time":"2026-11-23T09:44:19.170380159Z","level":"ERROR","msg":"call failed","n":1,"err":${HTML_SAFE}}`,
  ),
  alone(
    'zap production',
    AT,
    `{"level":"error","ts":1795427059.1704261,"caller":"gl/main.go:36","msg":"call failed","error":${QUOTED},"n":1,"stacktrace":"main.main\\n\\t/src/gl/main.go:36\\nruntime.main\\n\\t/go/src/runtime/proc.go:250"}`,
  ),
  alone(
    'zap production, pkg/errors',
    AT,
    `{"level":"error","ts":1795427059.170491,"caller":"gl/main.go:37","msg":"call failed","error":"calling api: ${QUOTED.slice(1)},"errorVerbose":${QUOTED.slice(0, -1)}\\ncalling api\\nmain.main\\n\\t/src/gl/main.go:37"}`,
    `calling api: ${GET}`,
  ),
  alone(
    'zap console',
    AT,
    `2026-11-23T09:44:19.170Z\tWARN\tgl/main.go:38\tcall failed\t{"error": ${QUOTED}}`,
  ),
  within(
    'zap console, the error in the message',
    AT,
    `2026-11-23T09:44:19.170Z\tINFO\tgl/main.go:38\tcall failed: ${GET}`,
  ),
  alone(
    'zap console, quotes in the message, pkg/errors, time in another zone',
    AT + 5 * 3_600_000,
    `2026-11-23T09:44:19.170-0500\tERROR\tgl/main.go:38\tcall "api" failed\t{"error": "${DIAL}", "errorVerbose": "${DIAL}\\nx\\nmain.main\\n\\t/src/gl/main.go:38"}`,
    DIAL,
    2,
  ),
  alone(
    'zap console, production config',
    AT,
    `1.795427059170426e+09\terror\tgl/main.go:38\tcall failed\t{"error": ${QUOTED}}`,
  ),
  alone(
    'zerolog',
    SECOND,
    `{"level":"error","error":${QUOTED},"n":1,"time":"2026-11-23T09:44:19Z","message":"call failed"}`,
  ),
  alone(
    'zerolog, two errors under one key',
    SECOND,
    `{"level":"error","error":${QUOTED},"error":"other","time":1795427059,"message":"twice"}`,
  ),
  alone(
    'zerolog, time in ms',
    AT,
    `{"level":"error","error":${QUOTED},"time":1795427059170,"message":"call failed"}`,
  ),
  alone(
    'zerolog ConsoleWriter',
    undefined,
    `\x1b[90m9:44AM\x1b[0m \x1b[1m\x1b[31mERR\x1b[0m\x1b[0m call failed \x1b[36merror=\x1b[0m\x1b[31m${QUOTED}\x1b[0m`,
  ),
  alone(
    'logrus text',
    SECOND,
    `time="2026-11-23T09:44:19Z" level=error msg="call failed" error=${QUOTED} n=1`,
  ),
  alone(
    'logrus text, the error in the message',
    SECOND,
    `time="2026-11-23T09:44:19Z" level=error msg="first\\nsecond: ${DIAL}" error="x"`,
    TWO_LINES,
  ),
  alone(
    'logrus on a terminal',
    undefined,
    `\x1b[31mERRO\x1b[0m[0000] call failed                                   \x1b[31merror\x1b[0m=${QUOTED}`,
  ),
  alone(
    'logrus JSON',
    SECOND,
    `{"error":${HTML_SAFE},"level":"error","msg":"call failed","time":"2026-11-23T09:44:19Z"}`,
  ),
  alone(
    'klog, structured',
    LOCAL,
    `E1123 09:44:19.170923    6858 main.go:47] "Failed to get \\"x\\"" err=${QUOTED} pod="default/a"`,
  ),
  within('klog, Errorf', LOCAL, `E1123 09:44:19.170950    6858 main.go:47] Failed: ${GET}`),
  within('klog, a line of a longer value', undefined, `\tsecond: ${DIAL}`, DIAL),
  alone(
    'klog JSON',
    AT,
    `{"ts":1795427059170.4261,"caller":"cmd/main.go:47","msg":"Failed","v":0,"err":${QUOTED}}`,
  ),
  alone(
    'ECS',
    AT,
    `{"log.level":"error","@timestamp":"2026-11-23T09:44:19.170Z","log.origin":{"file.name":"gl/main.go","file.line":38},"message":"call failed","error":{"message":${QUOTED}},"ecs.version":"1.6.0"}`,
  ),
  alone('go-kit logfmt', AT, `ts=2026-11-23T09:44:19.170967145Z level=error msg="call failed" err=${QUOTED}`),
  alone('go-kit JSON', AT, `{"err":${QUOTED},"ts":"2026-11-23T09:44:19.170980297Z"}`),
  alone('log15', SECOND, `t=2026-11-23T09:44:19+0000 lvl=eror msg="call failed" err=${QUOTED}`),
  within(
    'hclog, which did not escape',
    AT + 1,
    `2026-11-23T09:44:19.171Z [ERROR] vault: call failed: error="${GET}"`,
  ),
  alone(
    'hclog JSON',
    AT + 1,
    `{"@level":"error","@message":"call failed","@module":"vault","@timestamp":"2026-11-23T09:44:19.171025Z","error":${HTML_SAFE}}`,
  ),
  alone(
    'gRPC status',
    undefined,
    `rpc error: code = Unavailable desc = "transport: Get \\"http://api.prod/v1\\": ${DIAL}"`,
    `transport: ${GET}`,
  ),
];
