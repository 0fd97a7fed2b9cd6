// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Vault.Keys;

/// <summary>Why a key is not to be had.</summary>
public enum KeyFault
{
    /// <summary>The data folder has wrapped keys, but the source has no root key at all.</summary>
    RootMissing,

    /// <summary>The source holds root keys, but not the one that a key of this data folder is wrapped by.</summary>
    WrongRoot,

    /// <summary>As <see cref="WrongRoot"/>, and the key that is asked for is newer than all that the source
    /// holds.</summary>
    RootOutdated,

    /// <summary>As <see cref="WrongRoot"/>, and the key that is asked for is older than all that the source
    /// holds.</summary>
    FolderOutdated,

    /// <summary>The key file lies inside the data folder.</summary>
    FileInsideData,

    /// <summary>Others than its owner may read or write the key file.</summary>
    FileOpenToOthers,

    /// <summary>The key file belongs to another user.</summary>
    FileOwner,

    /// <summary>The key file is not as we write it.</summary>
    FileDamaged,

    /// <summary>The key file can not be read or written.</summary>
    FileUnusable,

    /// <summary>The token's library does not load.</summary>
    LibraryMissing,

    /// <summary>There is no such token.</summary>
    TokenAbsent,

    /// <summary>There is no PIN where it should be.</summary>
    PinMissing,

    /// <summary>The token does not take the PIN.</summary>
    PinWrong,

    /// <summary>The token failed otherwise.</summary>
    TokenFailed,

    /// <summary>The epoch's keys were destroyed, for good.</summary>
    EpochDestroyed,

    /// <summary>There never were keys for this tenant and epoch, or their file is lost.</summary>
    EpochMissing,

    /// <summary>A file of the keys folder was changed.</summary>
    KeyTampered,

    /// <summary>A public key of the line is not the one that belongs to the private key.</summary>
    PublicKeyReplaced,

    /// <summary>Another process changes the keys right now.</summary>
    Busy,
}

/// <summary>A key is not to be had. The message says what is wrong and what to do, and holds no secret and no
/// PHI.</summary>
public sealed class VaultKeyException : Exception
{
    public VaultKeyException(KeyFault fault, string about, Exception? inner = null)
        : base(Words(fault, about), inner) => Fault = fault;

    /// <summary>What a caller can act on.</summary>
    public KeyFault Fault { get; }

    private static string Words(KeyFault fault, string about) => fault switch
    {
        KeyFault.RootMissing => $"{about} has no root key, but this data folder's keys are wrapped by one. "
            + "Put the root key back from its backup; without it nothing of the data folder can ever be opened. "
            + "No new one was made",
        KeyFault.WrongRoot => $"{about}. Either this is another installation's key source: give the one that belongs "
            + "to this data folder; or the keys folder was changed: put it back from its newest backup",
        KeyFault.RootOutdated => $"{about}. A rotation made that one later: this key source is an older copy, or "
            + "another installation's. Put back its newest copy, made after the last rotation",
        KeyFault.FolderOutdated => $"{about}. A later rotation destroyed that one: this keys folder is an old copy, or "
            + "this is another installation's key source. Put back the newest copy of the keys folder; if there is "
            + "none, what is wrapped in this one can not be opened by anybody any more",
        KeyFault.FileInsideData => $"the key file {about} lies inside the data folder, where a backup would carry the "
            + "key together with what it protects. Move it elsewhere",
        KeyFault.FileOpenToOthers => $"others than the owner may read or write the key file {about}. "
            + "Run: chmod 600 on it; and if others were on this machine, rotate the root key",
        KeyFault.FileOwner => $"the key file {about} belongs to another user than the one this runs as. "
            + "Run: chown it to that user",
        KeyFault.FileDamaged => $"the key file {about} is damaged. Put it back from its backup",
        KeyFault.FileUnusable => $"the key file {about} can not be used. Look at its folder, its permissions and the "
            + "space on its disk",
        KeyFault.LibraryMissing => $"the PKCS#11 library {about} does not load. Install it or correct its path",
        KeyFault.TokenAbsent => $"there is no token with the label {about}. Plug it in, or correct the label",
        KeyFault.PinMissing => $"the PIN of the token is not in {about}. Put it there",
        KeyFault.PinWrong => $"the token {about} does not take this PIN. Correct it before trying again: tokens lock "
            + "after a few wrong ones",
        KeyFault.TokenFailed => $"the token {about} failed",
        KeyFault.EpochDestroyed => $"the keys of {about} were destroyed. What was sealed with them can not be opened "
            + "by anybody any more; that is final",
        KeyFault.EpochMissing => $"there are no keys for {about}. If there were, put the keys folder back from its "
            + "newest backup",
        KeyFault.KeyTampered => $"the key file {about} of the data folder was changed. Treat it as tampering, and put "
            + "the keys folder back from its newest backup",
        KeyFault.PublicKeyReplaced => $"the public key of {about} is not the one that belongs to its private key: "
            + "somebody may have put in his own, and read what was sealed since. Stop the line, keep the file as "
            + "evidence, and put it back",
        KeyFault.Busy => $"another process changes the keys in {about} right now. Try again when it is done",
        _ => about,
    };
}
