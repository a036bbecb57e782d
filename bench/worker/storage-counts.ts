/** What a conversation did to its storage; rows of indexes count. */
export type StorageCounts = { statements: number; rowsRead: number; rowsWritten: number; alarmsSet: number };
