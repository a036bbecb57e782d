import { expect, test } from "vitest";
import { Progress } from "../../scripts/lib/progress.ts";

function written(isTTY: boolean, use: (progress: Progress) => void): string {
  let text = "";
  use(
    new Progress({
      isTTY,
      columns: 20,
      write: (more: string) => {
        text += more;
      },
    }),
  );
  return text;
}

test("on a terminal progress stands in one place, never wraps, and is taken away in the end", () => {
  const text = written(true, (progress) => {
    progress.show(1, 9, "a very long name of a page");
    progress.show(2, 9, "b");
    progress.clear();
    progress.clear();
  });
  expect(text).toBe("\r\u001b[2K1/9 a very long nam\r\u001b[2K2/9 b\r\u001b[2K");
});

test("elsewhere it is a line for each tenth of the work", () => {
  const text = written(false, (progress) => {
    for (let done = 0; done < 1_000; done++) progress.show(done, 1_000, "pages");
    progress.clear();
  });
  expect(text.split("\n")).toEqual([...Array.from({ length: 10 }, (_, n) => `${n * 100}/1000 pages`), ""]);
});

test("work of unknown length is told piece by piece", () => {
  const text = written(false, (progress) => {
    progress.show(0, null, "one");
    progress.show(1, null, "two");
  });
  expect(text).toBe("one\ntwo\n");
});
