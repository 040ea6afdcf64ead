/* trust/quorum.h: what a request for approval still lacks. */
#ifndef GOV_TRUST_QUORUM_H
#define GOV_TRUST_QUORUM_H

/*
 * What the votes that an existing request has lack of the quorum of its risk,
 * in words; NULL when nothing.  Needs an open gov_spi_begin, and sees what
 * other sessions have committed by now.
 */
extern char *gov_quorum_missing(const char *approval);

#endif							/* GOV_TRUST_QUORUM_H */
