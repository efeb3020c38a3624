/** Files of Java properties, as kctl writes them for servers and reads back what Kafka wrote. */
export type Properties = Record<string, string | number | boolean>;

/** Writes Java properties: keys here need no escapes, values may. */
export function formatProperties(properties: Properties): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${escapeValue(String(value))}\n`)
    .join('');
}

function escapeValue(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replace(/^ /, '\\ ')
    .replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** One value of a file of Java properties, where kctl or Kafka wrote it. */
export function propertyOf(text: string, key: string): string | undefined {
  const line = text.split(/\r?\n/).find((each) => each.startsWith(`${key}=`));
  return line?.slice(key.length + 1).trim();
}
