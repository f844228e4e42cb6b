import type { Charter } from '../charter/charter.ts'

/** Whether a round comes after the charter's last one. There is one only to merge another lineage's head. */
export const isAfterLast = ({ rounds }: Pick<Charter, 'rounds'>, round: number): boolean => round > rounds
