use device_cache::Cache;

#[test]
fn starts_empty() {
    assert_eq!(Cache::default().count(), 0);
}

#[test]
fn counts_its_blocks() {
    let mut cache = Cache::default();
    assert!(cache.add(1 << 20) && cache.add(1 << 16));
    assert_eq!(cache.count(), 2);
}
