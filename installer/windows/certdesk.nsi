; Per-user installer for Windows 10/11, 64 bit: no administrator rights, Start-menu entry, silent mode (/S) for roll-out.
; Built on Linux or Windows:  makensis -DVERSION=0.1.0 -DFROZEN=dist/certdesk -DICON=resources/icons/certdesk.ico installer/windows/certdesk.nsi
; Roll-out:                   certdesk-0.1.0-setup.exe /S [/D=C:\path]; rollout.toml beside it is taken along with its certificates (*.pem, *.crt, *.cer)
; Code signing:               -DSIGNED, and the command in the environment: CERTDESK_SIGN='signtool sign /fd sha256 … "%1"'
; Exit status when silent:    0 installed; 2 not all could be written, the old program is still whole; 3 a newer one is installed;
;                             4 the program is open; 5 installed, but rollout.toml is wrong; 6 not a 64-bit Windows 10 or newer
Unicode true
!ifndef VERSION
  !error "say -DVERSION=…"
!endif
!ifndef FROZEN
  !error "say -DFROZEN=… (the folder that PyInstaller made)"
!endif
!ifndef ICON
  !error "say -DICON=… (resources/icons/certdesk.ico)"
!endif
!ifndef OUT
  !define OUT "certdesk-${VERSION}-setup.exe"
!endif
; The 32-bit starter, which is the only one that NSIS for Windows brings; Debian's can also make amd64-unicode, as wine64 wants it.
!ifndef TARGET
  !define TARGET x86-unicode
!endif
Target ${TARGET}
!include "MUI2.nsh"
!include "LogicLib.nsh"
!include "WordFunc.nsh"
!include "WinVer.nsh"
!include "x64.nsh"

Name "资格认证 ${VERSION}"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\certdesk"
InstallDirRegKey HKCU "Software\certdesk" "Folder"
SetCompressor /SOLID lzma
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\certdesk"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=${LANG_SIMPCHINESE} "ProductName" "资格认证"
VIAddVersionKey /LANG=${LANG_SIMPCHINESE} "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_SIMPCHINESE} "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_SIMPCHINESE} "FileDescription" "资格认证安装程序"
VIAddVersionKey /LANG=${LANG_SIMPCHINESE} "LegalCopyright" "MIT"

!ifdef SIGNED
  !uninstfinalize '$%CERTDESK_SIGN%'
  !finalize '$%CERTDESK_SIGN%'
!endif

!macro Refuse status words
  MessageBox MB_ICONSTOP "${words}" /SD IDOK
  SetErrorLevel ${status}
  Quit
!macroend

; A program that runs can't be replaced: the half of it that can would be new, the rest old.
!macro WaitUntilClosed
  ${DoWhile} ${FileExists} "$INSTDIR\certdesk.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\certdesk.exe" a
    ${IfNot} ${Errors}
      FileClose $0
      ${Break}
    ${EndIf}
    ${If} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "资格认证还开着。请先关闭它，再点“重试”。没有改动任何东西。" /SD IDCANCEL IDCANCEL`
      SetErrorLevel 4
      Quit
    ${EndIf}
  ${Loop}
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    !insertmacro Refuse 6 "这个程序要 64 位的 Windows 10 或更新的系统。没有改动任何东西。"
  ${EndIf}
  ReadRegStr $0 HKCU "Software\certdesk" "Version"
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 = 1
      !insertmacro Refuse 3 "已安装较新的版本 $0，不能降级到 ${VERSION}：旧程序读不了新的数据库。数据没有改动。"
    ${EndIf}
  ${EndIf}
FunctionEnd

Section
  !insertmacro WaitUntilClosed
  ; First everything beside the old program, then both change places: on a full disk the old one stays whole.
  RMDir /r "$INSTDIR\new"
  SetOutPath "$INSTDIR\new"
  ClearErrors
  File /r "${FROZEN}/*"
  SetOutPath "$INSTDIR"
  ${If} ${Errors}
    RMDir /r "$INSTDIR\new"
    !insertmacro Refuse 2 "没有装完：请看看磁盘是不是满了、文件夹能不能写。原来的程序和数据没有改动。"
  ${EndIf}
  ; The old program goes away whole, so that no stale library stays; data lies in %LOCALAPPDATA%\certdesk, never here.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\certdesk.exe"
  Rename "$INSTDIR\new\_internal" "$INSTDIR\_internal"
  Rename "$INSTDIR\new\certdesk.exe" "$INSTDIR\certdesk.exe"
  RMDir "$INSTDIR\new"
  ${If} ${Errors}
    !insertmacro Refuse 2 "没有装完：有文件被别的程序占用。请重新启动电脑，再安装一次。数据没有改动。"
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\资格认证.lnk" "$INSTDIR\certdesk.exe"
  WriteRegStr HKCU "Software\certdesk" "Folder" "$INSTDIR"
  WriteRegStr HKCU "Software\certdesk" "Version" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "资格认证"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\certdesk.exe"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${If} ${FileExists} "$EXEDIR\rollout.toml"
    CopyFiles /SILENT "$EXEDIR\*.pem" "$INSTDIR"
    CopyFiles /SILENT "$EXEDIR\*.crt" "$INSTDIR"
    CopyFiles /SILENT "$EXEDIR\*.cer" "$INSTDIR"
    CopyFiles /SILENT "$EXEDIR\rollout.toml" "$INSTDIR\rollout.toml"
    ExecWait '"$INSTDIR\certdesk.exe" rollout "$INSTDIR\rollout.toml"' $0
    ${If} $0 <> 0
      MessageBox MB_ICONEXCLAMATION "程序装好了，但部署文件 rollout.toml 写得不对。第一次打开程序时会说明哪里不对。" /SD IDOK
      SetErrorLevel 5
    ${EndIf}
  ${EndIf}
SectionEnd

Section "Uninstall"
  !insertmacro WaitUntilClosed
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\certdesk.exe"
  Delete "$INSTDIR\rollout.toml"
  Delete "$INSTDIR\*.pem"
  Delete "$INSTDIR\*.crt"
  Delete "$INSTDIR\*.cer"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\资格认证.lnk"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\certdesk"
  ; The data stay unless the person says otherwise; a silent removal never deletes them.
  MessageBox MB_YESNO|MB_DEFBUTTON2|MB_ICONQUESTION "是否同时删除本机的认证数据？尚未同步到中心的记录将永久丢失。" /SD IDNO IDNO done
  RMDir /r "$LOCALAPPDATA\certdesk"
  done:
SectionEnd
