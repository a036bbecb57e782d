/** What conversations did to their storage; rows of indexes count. */
export type StorageCounts = { statements: number; rowsRead: number; rowsWritten: number; alarmsSet: number };
