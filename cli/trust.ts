import type { Command } from 'commander';
import { endHelp } from './help.ts';
import type { Io } from './io.ts';
import { addTrustAdd } from './trust/add.ts';
import { addTrustExplain } from './trust/explain.ts';
import { addTrustImport } from './trust/import.ts';
import { addTrustList } from './trust/list.ts';

const DESCRIPTION = `Keep a policy that says whom to believe about which origin. With one, the
reading commands need no --key.

The policy is a TOML file, ~/.config/pageseal/trust.toml unless --policy names
another; it may be edited by hand, and what pageseal adds keeps its comments.

  version = 7                # optional; then no lower one is taken any more
  revoked_keys = ["sha256:FINGERPRINT"]  # or a verifier key, or a key id
  revoked_objects = ["OBJECT ID"]

  [[origin]]
  match = "lab.example/*"    # an origin, one followed by /*, or *
  keys = [
    "NAME+ID+KEY",
    { file = "pub.pem", name = "NAME" },
    { certificate = "cert.pem", sha256 = "FINGERPRINT", name = "NAME" },
  ]
  threshold = 2              # keys that must have signed; 1 unless given
  max_age = "30d"            # since a statement was issued: s, m, h, d, w
  min_version = 41
  series = 1                 # raise it to forget the versions seen so far
  audit = ["max-age"]        # only warn: expires, not-yet-valid, max-age,
                             # min-version, rollback, previous
  [[origin.pin]]             # a file that needs no signature
  path = "usr/bin/ls"
  fsverity = "sha256:DIGEST" # or object = "OBJECT ID"

One rule decides about an origin: that without a wildcard, else the longest
that matches. Files are relative to the policy. A certificate is pinned by its
fingerprint; its issuer and dates are not looked at. Keys without a name are
called as the origin. A pinned file wins over what the statement says of its
path. A revoked key or object is refused for every origin.

With --key, a reading command takes that key instead of the rule's; what the
policy revokes, and the rule's max_age, min_version and series, still hold.

To rotate a key, list the new one beside the old one, and remove the old one
when everything is signed by the new one. To recover from a stolen key that
signed a huge version, revoke it, list the new key, and raise series.`;

/** Adds `pageseal trust` to the program. */
export function addTrust(program: Command, io: Io): void {
  const command = program
    .command('trust')
    .summary('keep a policy of whom to believe')
    .description(DESCRIPTION)
    .usage('<command> [options]')
    .helpCommand(false);
  for (const add of [addTrustAdd, addTrustList, addTrustExplain, addTrustImport]) add(command, io);
  endHelp(
    command,
    'pageseal trust add lab.example/docs --key vkey --max-age 30d',
    'pageseal cat wss://files.example.org/lab.example/docs notes.txt',
  );
}
