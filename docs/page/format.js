// Numbers for people: few digits, thousands separated, powers of ten with superscripts.

/** @param {number} power @returns {string} such as 10⁻⁶ */
function powerOfTen(power) {
  const digits = String(power).replace(/[-\d]/g, (digit) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(digit)]);
  return power === 0 ? "1" : power === 1 ? "10" : `10${digits}`;
}

/** @param {number} value @param {number} digits @returns {string} */
function scientific(value, digits) {
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const power = powerOfTen(Number(exponent));
  return Number(mantissa) === 1 ? power : `${mantissa}\u202f×\u202f${power}`;
}

/** @param {number} value a probability @returns {string} three digits of it, or of its complement near one */
function probability(value) {
  if (value === 0 || value === 1) return String(value);
  if (value < 0.001) return scientific(value, 3);
  if (value < 0.99) return value.toPrecision(3);
  const zeros = Math.ceil(-Math.log10(1 - value));
  return zeros > 11 ? `1 − ${scientific(1 - value, 2)}` : value.toFixed(zeros + 1);
}

/** @param {number} value @returns {string} */
function grouped(value) {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** @param {number} count @returns {string} such as 10⁶, or 40,000 */
function roundCount(count) {
  const power = Math.log10(count);
  return count >= 1e4 && Number.isInteger(power) ? powerOfTen(power) : grouped(count);
}

/** @param {number} rate @returns {string} such as 1.2 billion */
function spokenRate(rate) {
  const [unit, name] = rate >= 1e9 ? [1e9, "billion"] : [1e6, "million"];
  return `${Number((rate / Number(unit)).toPrecision(2))} ${name}`;
}

/** @param {number} count @param {string} noun @returns {string} such as "1 agent" */
function counted(count, noun) {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * The 99 % interval of a share, as `kofn check` prints it: all q with N·KL(count/N ‖ q) ≤ ln(2/0.01).
 * @param {number} count @param {number} trials @returns {[number, number]}
 */
function intervalOf(count, trials) {
  const bound = Math.log(200) / trials;
  const share = count / trials;
  const part = (/** @type {number} */ p, /** @type {number} */ q) => (p === 0 ? 0 : p * Math.log(p / q));
  const divergence = (/** @type {number} */ q) => part(share, q) + part(1 - share, 1 - q);
  const edge = (/** @type {number} */ outside) => {
    let [far, near] = [outside, share];
    for (let step = 0; step < 60; step += 1) {
      const middle = (far + near) / 2;
      if (divergence(middle) > bound) far = middle;
      else near = middle;
    }
    return near;
  };
  return [count === 0 ? 0 : edge(0), count === trials ? 1 : edge(1)];
}
