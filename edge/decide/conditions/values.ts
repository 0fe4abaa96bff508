/** A value of CEL. Whole numbers are numbers where those are exact, else bigints. */
export type Value = string | boolean | number | bigint | readonly Value[] | ReadonlyMap<Value, Value> | object;

const failure = new Error("this expression has no value on these facts");

/** One error for all, made beforehand: a trace of each would cost more than the condition. */
export function failed(): never {
  throw failure;
}

const limit = 2n ** 63n;

/** A whole number of 64 bits in its plainest form. */
export function narrowed(large: bigint): number | bigint {
  if (large >= limit || large < -limit) return failed();
  const plain = Number(large);
  return Number.isSafeInteger(plain) ? plain : large;
}

type Whole = (a: number | bigint, b: number | bigint) => number | bigint;

/** Plain while exact; what comes of division by zero is not, and throws there. */
function exact(small: (a: number, b: number) => number, large: (a: bigint, b: bigint) => bigint): Whole {
  return (a, b) => {
    if (typeof a === "number" && typeof b === "number") {
      const plain = small(a, b);
      if (Number.isSafeInteger(plain)) return plain + 0; // no -0
    }
    return narrowed(large(BigInt(a), BigInt(b)));
  };
}

export const whole: Record<"+" | "-" | "*" | "/" | "%", Whole> = {
  "+": exact(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  "-": exact(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  "*": exact(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  "/": exact(
    (a, b) => Math.trunc(a / b),
    (a, b) => a / b,
  ),
  "%": exact(
    (a, b) => a % b,
    (a, b) => a % b,
  ),
};

export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, i) => equal(one as Value, b[i] as Value));
  if (!(a instanceof Map && b instanceof Map)) return false;
  return a.size === b.size && [...a].every(([key, one]) => b.has(key) && equal(one as Value, b.get(key) as Value));
}

export const isIn = (one: Value, all: Value): boolean =>
  all instanceof Map ? all.has(one) : (all as readonly Value[]).some((other) => equal(one, other));

/** By code points, where JavaScript compares halves of them. */
export function isBefore(a: Value, b: Value): boolean {
  const [x, y] = [a as string, b as string];
  let i = 0;
  while (i < x.length && x[i] === y[i]) i++;
  const rank = (text: string): number => {
    const unit = text.charCodeAt(i);
    return Number.isNaN(unit) ? -1 : unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
  };
  return rank(x) < rank(y);
}

export function size(of: Value): number {
  if (typeof of === "string") return [...of].length;
  return of instanceof Map ? of.size : (of as readonly Value[]).length;
}

/** @param type of `value`, where 2.0 and 2 are one in JavaScript */
export function toInt(value: Value, type: string): number | bigint {
  if (type === "int") return value as number;
  if (typeof value === "string") return /^-?\d{1,19}$/.test(value) ? narrowed(BigInt(value)) : failed();
  return Math.abs(value as number) < 2 ** 63 ? narrowed(BigInt(Math.trunc(value as number))) : failed();
}

export function toDouble(value: Value): number {
  const number = typeof value === "string" && !/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number.NaN : Number(value);
  return Number.isNaN(number) && typeof value === "string" ? failed() : number;
}
