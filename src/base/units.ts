const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `41.2 GiB`; whole below 1024. */
export function showBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 1023.95 && unit < binaryUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 ? String(Math.round(value)) : value.toFixed(1);
  return `${bytes < 0 ? '-' : ''}${digits} ${binaryUnits[unit]}`;
}

const decimalUnits = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A rate as a person has set it: `50 MB/s` where it is made of thousands, else `10.0 MiB/s`. */
export function showRate(bytesPerSec: number): string {
  if (bytesPerSec % 1000 !== 0) return `${showBytes(bytesPerSec)}/s`;
  let value = bytesPerSec;
  let unit = 0;
  while (value >= 999.95 && unit < decimalUnits.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toFixed(1))} ${decimalUnits[unit]}/s`;
}

/** `2d 3h`, `1h 5m`, `3m 20s`, `12s`: the two largest units. */
export function showDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const parts: Array<[number, string]> = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ');
}
