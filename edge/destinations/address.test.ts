import { expect, test } from "vitest";
import { refusedAddress } from "./address.ts";

const edge = "https://edge.example";

/** Addresses of this machine, its network and the edge itself, in every writing that a URL parser takes. */
const refused = [
  "https://127.0.0.1/",
  "https://127.1/",
  "https://127.0.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0x7f.0.0.1/",
  "https://0177.0.0.1/",
  "https://017700000001/",
  "https://127.0.0.1./",
  "https://0/",
  "https://0.0.0.0/",
  "https://10.0.0.1/",
  "https://172.16.0.1/",
  "https://192.168.1.1/",
  "https://100.64.0.1/",
  "https://169.254.169.254/latest/meta-data/",
  "https://2852039166/",
  "https://0xa9fea9fe/",
  "https://224.0.0.1/",
  "https://93.184.216.34/",
  "https://１２７.０.０.１/",
  "https://127。0。0。1/",
  "https://①②⑦.0.0.1/",
  "https://[::1]/",
  "https://[::]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:7f00:1]/",
  "https://[::127.0.0.1]/",
  "https://[2002:7f00:1::]/",
  "https://[64:ff9b::127.0.0.1]/",
  "https://[fe80::1]/",
  "https://[fd00:ec2::254]/",
  "https://localhost/",
  "https://localhost./",
  "https://LOCALHOST/",
  "https://ⓛocalhost/",
  "https://a.localhost/",
  "https://a.localhost../",
  "https://lоcalhost/", // a Cyrillic o: a name of one label
  "https://printer.local/",
  "https://printer。local/",
  "https://metadata/",
  "https://metadata.google.internal/",
  "https://metadata.google.internal./",
  "https://instance-data.ec2.internal/",
  "https://kubernetes.default.svc/",
  "https://tool.svc.cluster.local/",
  "https://1.0.0.127.in-addr.arpa/",
  "https://127.0.0.1.nip.io/",
  "https://app.localtest.me/",
  "https://edge.example/v1/batches",
  "https://edge.example./v1/batches",
  "https://EDGE.example:8443/",
  "https://ｅdge.example/",
  "https://tool.example:22/",
  "https://tool.example:80/",
  "https://tool.example:8080/",
  "https://name@tool.example/",
  "https://name:word@tool.example/",
  "https://127.0.0.1@tool.example/",
  "https://tool.example@127.0.0.1/",
  "http://tool.example/",
  "ftp://tool.example/",
  "file:///etc/passwd",
  "data:text/plain,x",
  "//tool.example/",
  "https://",
  "tool.example",
  "",
];

test.each(refused)("%s is refused, with a reason", (url) => {
  expect(refusedAddress(url, edge)).toMatch(/^(is|must|may) /);
});

test("there are at least forty of them", () => expect(new Set(refused).size).toBeGreaterThanOrEqual(40));

test.each([
  "https://tool.example/hook",
  "https://tool.example:443/hook",
  "https://tool.example:8443/hook?a=b",
  "https://localhost.example/",
  "https://127.example/",
  "https://local.example.com/",
  "https://xn--mnchen-3ya.example/",
  "https://xn--dge-5cd.example/", // looks like the edge, and is somebody else
  "https://eu.edge.example/",
])("%s may be a destination", (url) => {
  expect(refusedAddress(url, edge)).toBeUndefined();
});
