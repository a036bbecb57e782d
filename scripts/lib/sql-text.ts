import type { Statement } from "../../src/knowledge/store.ts";

/** D1 refuses statements above 100,000 bytes; this leaves room for what is around the values. */
const MAX_STATEMENT = 90_000;
/** Bytes of a value that is stored piece by piece. A character has at most four, and a quote becomes two. */
const PIECE = 10_000;

const TABLE = "flexcord_import_values";
const QUOTED_OR_PLACE = /'(?:[^']|'')*'|\?(\d*)/g;

/** A statement with its values written out, since neither `wrangler d1 execute` nor its files know parameters. */
export function sqlText({ sql, params }: Statement): string {
  return withValues(sql, params.map(literal));
}

/**
 * The statements as the text of an SQL file. Where the values make a statement longer than D1 allows, they are put together
 * in a table of their own first, which is gone in the end.
 */
export function sqlFile(statements: readonly Statement[]): string {
  const texts = statements.map((statement) => {
    const text = sqlText(statement);
    return Buffer.byteLength(text) <= MAX_STATEMENT ? [text] : inPieces(statement);
  });
  const drop = `DROP TABLE IF EXISTS ${TABLE}`;
  const create = `CREATE TABLE ${TABLE} (id INTEGER PRIMARY KEY, value)`;
  const needsTable = texts.some(({ length }) => length > 1);
  return (needsTable ? [drop, create, ...texts.flat(), drop] : texts.flat()).map((text) => `${text};\n`).join("");
}

function inPieces({ sql, params }: Statement): string[] {
  const stored = params.flatMap((value, id) => {
    const [first = "", ...more] = typeof value === "string" ? piecesOf(value) : [value];
    return [
      `INSERT INTO ${TABLE} (id, value) VALUES (${id}, ${literal(first)})`,
      ...more.map((piece) => `UPDATE ${TABLE} SET value = value || ${literal(piece)} WHERE id = ${id}`),
    ];
  });
  const places = params.map((_, id) => `(SELECT value FROM ${TABLE} WHERE id = ${id})`);
  return [...stored, withValues(sql, places), `DELETE FROM ${TABLE}`];
}

function piecesOf(text: string): string[] {
  // By characters, not by their halves: half of one cannot be written to a file.
  const characters = Array.from(text);
  const pieces: string[] = [];
  for (let from = 0; from < characters.length; from += PIECE)
    pieces.push(characters.slice(from, from + PIECE).join(""));
  return pieces;
}

function withValues(sql: string, values: readonly string[]): string {
  let next = 0;
  return sql.replaceAll(QUOTED_OR_PLACE, (found, number?: string) => {
    if (number === undefined) return found;
    const value = values[number === "" ? next++ : Number(number) - 1];
    if (value === undefined) throw new Error(`a value is missing: ${sql}`);
    return value;
  });
}

/** Within quotes only the quote itself means something; NUL, at which SQLite stops reading, is in no article. */
function literal(value: string | number | null): string {
  if (value === null) return "NULL";
  if (typeof value === "number") return String(value);
  if (value.includes("\0")) throw new Error("a value has the character NUL");
  return `'${value.replaceAll("'", "''")}'`;
}
