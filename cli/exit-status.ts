import { CommanderError } from 'commander';
import {
  BundleError,
  FreshnessError,
  IntegrityError,
  KeyError,
  PathError,
  PolicyError,
  ProtocolError,
  RequestError,
  StaleError,
  StoreError,
  TransportError,
} from '../common/errors.ts';
import { Failure } from './failure.ts';
import { Interruption } from './io.ts';
import { UsageError } from './usage-error.ts';

/** What scripts may rely on; the same for every command. */
export const EXIT_DONE = 0;
export const EXIT_FAILURE = 1;
export const EXIT_USAGE = 2;
export const EXIT_INTEGRITY = 3;
export const EXIT_FRESHNESS = 4;

/** The section "Exit status" of every command's help. */
export const EXIT_STATUS_HELP = `Exit status:
  0  done, and everything that was read is verified
  1  connection, refusal or local failure
  2  usage
  3  integrity: what was received is not what was signed
  4  freshness: signed, but stale, expired, revoked or contradicted`;

const KNOWN = [
  IntegrityError,
  ProtocolError,
  FreshnessError,
  TransportError,
  RequestError,
  StaleError,
  PathError,
  PolicyError,
  BundleError,
  KeyError,
  StoreError,
  UsageError,
  Failure,
  Interruption,
] as const;

type KnownError = InstanceType<(typeof KNOWN)[number]>;

/** Returns the exit status for whatever ended a command. */
export function exitStatus(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
  return isKnown(error) ? statusOf(error) : EXIT_FAILURE;
}

function statusOf(error: KnownError): number {
  switch (error.name) {
    case 'IntegrityError':
    case 'ProtocolError':
    case 'BundleError':
      return EXIT_INTEGRITY;
    case 'FreshnessError':
      return EXIT_FRESHNESS;
    case 'UsageError':
      return EXIT_USAGE;
    case 'Failure':
    case 'Interruption':
      return error.exitStatus;
    case 'TransportError':
    case 'RequestError':
    case 'StaleError':
    case 'PathError':
    case 'PolicyError':
    case 'KeyError':
    case 'StoreError':
      return EXIT_FAILURE;
  }
}

function isKnown(error: unknown): error is KnownError {
  return KNOWN.some((known) => error instanceof known);
}
