use time::macros::datetime;

use super::*;

fn deed(batch: i64) -> Deed {
    Deed::Sealed { batch: BatchId(batch), records: vec![RecordId::V2([batch as u8; 32])] }
}

fn chain(deeds: impl IntoIterator<Item = Deed>) -> Vec<(u64, String, ActDigest)> {
    let warrant = Warrant {
        actor: Actor { account: "van-thu".into(), by: Some("Nguyễn Thị Mẫu".into()) },
        reason: Some("bổ sung".into()),
    };
    let mut head = None;
    let mut acts = Vec::new();
    for deed in deeds {
        let act = Act::after(head, datetime!(2026-03-02 18:00 +7), &warrant, deed);
        let bytes = act.canonical_json().unwrap();
        let digest = Act::digest(&bytes);
        head = Some(ActHead { count: act.number, digest });
        acts.push((act.number, bytes, digest));
    }
    acts
}

fn followed(acts: &[(u64, String, ActDigest)]) -> Result<(), ChainBreak> {
    let mut chain = Chain::default();
    acts.iter().try_for_each(|(number, bytes, digest)| chain.follow(*number, bytes, *digest).map(|_| ()))
}

#[test]
fn a_chain_shows_what_was_changed_left_out_or_put_in() {
    let acts = chain((1..=4).map(deed));
    assert_eq!(followed(&acts), Ok(()));
    let mut changed = acts.clone();
    changed[1].1 = changed[1].1.replace("bổ sung", "bo sung");
    assert_eq!(followed(&changed), Err(ChainBreak::Changed(2)));
    changed[1].2 = Act::digest(&changed[1].1);
    assert_eq!(followed(&changed), Err(ChainBreak::Unlinked(3)), "with its digest made anew");
    let gap: Vec<_> = acts.iter().filter(|act| act.0 != 2).cloned().collect();
    assert_eq!(followed(&gap), Err(ChainBreak::Gap { expected: 2, found: 3 }));
    let mut swapped = acts.clone();
    swapped[3].1 = acts[2].1.clone();
    swapped[3].2 = acts[2].2;
    assert_eq!(followed(&swapped), Err(ChainBreak::Gap { expected: 4, found: 3 }));
    assert_eq!(followed(&acts[1..]), Err(ChainBreak::Gap { expected: 1, found: 2 }));
}

/// Chains that were written must stay readable.
#[test]
fn an_act_is_written_as_it_always_was() {
    let acts = chain([deed(1), Deed::Exported { sequence: 1, sha256: Sha256::from_bytes([5; 32]), records: 1 }]);
    assert_eq!(
        acts[0].1,
        format!(
            r#"{{"actor":{{"account":"van-thu","by":"Nguyễn Thị Mẫu"}},"at":"2026-03-02T18:00:00+07:00","deed":{{"batch":1,"kind":"sealed","records":["r2-{}"]}},"number":1,"previous":null,"reason":"bổ sung"}}"#,
            "01".repeat(32)
        )
    );
    assert_eq!(acts[1].2.to_string(), "e00f7525ef616d4bfa7fb55015b74cc83bfba19a93de5d7fdea3aa4c22fb3e29");
}
