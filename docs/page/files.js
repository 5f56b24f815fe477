// Files that a person drops, chooses or pastes. They are read here and sent nowhere.

/** @typedef {{ path: string, file: Blob }} Found a file; its path has a slash if it was found in a folder */

/** @param {any} entry of a drop @returns {Promise<Found[]>} the file, or all files of the folder */
async function filesOfEntry(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = entry.createReader();
  const read = () => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  /** @type {Found[]} */
  const found = [];
  // A reader gives a part of a large folder at a time, and nothing at its end.
  for (let part = await read(); part.length > 0; part = await read()) {
    for (const inner of part) found.push(...(await filesOfEntry(inner)));
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @param {DataTransfer} data of a drop @returns {Promise<Found[]>} */
async function filesOfDrop(data) {
  const plain = filesOfPaste(data);
  const folders = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry?.isDirectory);
  if (folders.length === 0) return plain;
  try {
    const inside = await Promise.all(folders.map(filesOfEntry));
    const names = folders.map((folder) => folder?.name);
    return [...plain.filter(({ path }) => !names.includes(path)), ...inside.flat()];
  } catch {
    // A page that was opened as a file may not read dropped folders.
    throw new Error("the browser does not let this page open a dropped folder; use “Choose a folder…”");
  }
}

/** @param {DataTransfer} data of a paste or a drop @returns {Found[]} its files, or its text as a file */
function filesOfPaste(data) {
  return data.files.length > 0 ? filesOfList(data.files) : filesOfText(data);
}

/** @param {DataTransfer} data @returns {Found[]} */
function filesOfText(data) {
  const text = data.getData("text/plain");
  return text.trim() === "" ? [] : [{ path: "pasted.csv", file: new Blob([text]) }];
}

/** @param {FileList} list @returns {Found[]} */
function filesOfList(list) {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}
